import { expect } from 'vitest';
import { checkStream } from '../../client/check-stream.ts';
import { EXAMPLE, type OracleOptions } from '../oracle/log.ts';
import { oracle, type Oracle } from '../oracle/oracle.ts';
import { readLog } from './log.ts';
import type { Project } from './project.ts';
import { readLate, readPlaces, readWindows, windowDifferences } from './tables.ts';

/**
 * Holds everything the stream wrote against what the oracle says of the topic's log (partition, offset, bytes):
 * every record in its one place, every window row in all columns, and the ledger clean up to the head.
 */
export async function expectOracle(
  { pool, kafka, source }: Pick<Project, 'pool' | 'kafka' | 'source'>,
  options: OracleOptions = EXAMPLE,
): Promise<Oracle> {
  const expected = oracle(await readLog(kafka, source), options);
  const { raw, deadLetters } = await readPlaces(pool, source);
  expect(raw).toEqual(expected.raw.map((row) => `${row.kafka_partition}/${row.kafka_offset}`).sort());
  expect(deadLetters).toEqual(
    expected.deadLetters.map(({ partition, offset }) => `${partition}/${offset}`).sort(),
  );
  expect(windowDifferences(await readWindows(pool), expected).slice(0, 5)).toEqual([]);
  expect(await readLate(pool)).toEqual(
    expected.late.map(
      ({ kafka_partition, kafka_offset, missed }) => `${kafka_partition}/${kafka_offset} ${missed.join()}`,
    ),
  );

  const check = await checkStream(pool, kafka, source);
  expect(check.violations).toEqual([]);
  expect(check.partitions.map(({ lag }) => lag)).toEqual(check.partitions.map(() => 0));
  return expected;
}
