import { EXAMPLE, type OracleOptions } from '../../oracle/log.ts';
import { type Oracle, oracle } from '../../oracle/oracle.ts';
import { readLog } from '../projects/log.ts';
import type { Project } from '../projects/project.ts';
import {
  readDeadLetters,
  readLate,
  readRaw,
  readWindows,
  showDeadLetter,
  showRaw,
  windowDifferences,
} from './tables.ts';

/** How a stream's outcome differs from what it must be; both lists are empty in a correct system. */
export interface StreamDifferences {
  /** Violations that the ledger check reports, and partitions that lag. */
  readonly ledger: readonly string[];
  /**
   * Raw events and dead letters that are not in their one place with their content, and window rows and late
   * events that differ from the oracle's.
   */
  readonly rows: readonly string[];
}

type Streamed = Pick<Project, 'asof' | 'pool' | 'kafka' | 'source'>;

/** Reads the topic's log again and compares everything that the stream wrote with the oracle. */
export async function streamDifferences(
  project: Streamed,
  { options = EXAMPLE, table }: { options?: OracleOptions; table?: string } = {},
): Promise<StreamDifferences> {
  const expected = oracle(await readLog(project.kafka, project.source), options);
  return differencesFrom(expected, project, table);
}

/** Compares everything that the stream wrote with `expected`. */
export async function differencesFrom(
  expected: Oracle,
  { asof, pool, source }: Streamed,
  table = 'user_activity_features',
): Promise<StreamDifferences> {
  const late = expected.late.map(
    (row) => `${row.kafka_partition}/${row.kafka_offset}/${row.kafka_index} ${row.missed.join()}`,
  );
  const check = await asof.stream(source).check();
  return {
    ledger: [
      ...check.violations.map(({ kind, partition, detail }) => `${kind}, partition ${partition}: ${detail}`),
      ...check.partitions
        .filter(({ lag }) => lag !== 0)
        .map(({ partition, lag }) => `lag of ${partition}: ${lag}`),
    ],
    rows: [
      ...different('raw', await readRaw(pool, source), expected.raw.map(showRaw).sort()),
      ...different(
        'dead letter',
        await readDeadLetters(pool, source),
        expected.deadLetters.map(showDeadLetter).sort(),
      ),
      ...different('late', await readLate(pool, table), late),
      ...windowDifferences(await readWindows(pool, table), expected),
    ],
  };
}

/** Describes the first difference of two lists; empty if the lists are equal. */
function different(what: string, found: readonly string[], expected: readonly string[]): string[] {
  const length = Math.max(found.length, expected.length);
  for (let index = 0; index < length; index += 1) {
    if (found[index] === expected[index]) continue;
    return [`${what} ${index}: expected ${expected[index] ?? 'none'}, found ${found[index] ?? 'none'}`];
  }
  return [];
}
