import { expect } from 'vitest';
import { EXAMPLE, type OracleOptions } from '../../oracle/log.ts';
import { type Oracle, oracle } from '../../oracle/oracle.ts';
import { readLog } from '../projects/log.ts';
import type { Project } from '../projects/project.ts';
import { differencesFrom } from './stream-differences.ts';

/**
 * Expects everything that the stream wrote to equal what the oracle computes from the topic's log: every
 * record in its one place, every window row in all columns, and a ledger that is clean up to the head.
 */
export async function expectOracle(
  project: Pick<Project, 'asof' | 'pool' | 'kafka' | 'source'>,
  options: OracleOptions = EXAMPLE,
): Promise<Oracle> {
  const expected = oracle(await readLog(project.kafka, project.source), options);
  const { ledger, rows } = await differencesFrom(expected, project);
  expect({ ledger, rows: rows.slice(0, 5) }).toEqual({ ledger: [], rows: [] });
  return expected;
}
