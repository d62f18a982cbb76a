import { Kafka, logLevel } from 'kafkajs';
import { expect } from 'vitest';
import { connect as connectAsof } from '../../../client/index.ts';
import { type Pool, connect } from '../../../db/sql/client.ts';
import { stackEnvironment } from '../../../stack/index.ts';
import type { Oracle } from '../../oracle/oracle.ts';
import { expectOracle } from '../expectations/expect-oracle.ts';
import { runDemo } from '../servers/asof.ts';

/** The last line of a demo's standard output. */
export interface Summary {
  readonly events: number;
  readonly raw: number;
  readonly dead_letters: number;
  readonly late: number;
  readonly feature_rows: Readonly<Record<string, number>>;
  readonly training_set: { readonly id: string; readonly rows: number; readonly sha256: string };
  readonly metrics: Readonly<Record<'val_auc' | 'test_auc' | 'test_auc_recency_alone', number>>;
  readonly model_version: number;
  readonly predictions: readonly number[];
  readonly seconds: Readonly<Record<string, number>>;
}

/** The summary and the database of a demo, and what the oracle computes from its topic's log. */
export interface Demo {
  readonly summary: Summary;
  readonly expected: Oracle;
  readonly pool: Pool;
}

/** Runs a demo to its end, compares its stream with the oracle, and then runs the test. */
export async function withDemo(
  options: readonly string[],
  test: (demo: Demo) => Promise<void>,
): Promise<void> {
  const servers = stackEnvironment();
  const { code, stdout, stderr } = await runDemo(options, process.env);
  expect(code, stderr).toBe(0);
  await using asof = await connectAsof();
  const pool = await connect(servers.DATABASE_URL!);
  try {
    const kafka = new Kafka({ brokers: [servers.KAFKA_BROKERS!], logLevel: logLevel.NOTHING });
    const expected = await expectOracle({ asof, pool, kafka, source: 'user-events' });
    const summary = JSON.parse(stdout.trim().split('\n').at(-1)!) as Summary;
    await test({ summary, expected, pool });
  } finally {
    await pool.end();
  }
}

const STEPS = ['servers', 'apply', 'events', 'stream', 'batch', 'training', 'online', 'total'];

/**
 * Expects every member of the summary to be what the log gives; of members that the log does not determine,
 * checks the shape.
 */
export function expectSummary(
  { summary, expected: { raw, deadLetters, late, windows } }: Demo,
  times: readonly bigint[],
): void {
  const number = expect.any(Number) as number;
  const daily = dailyRows(raw, times);
  expect(summary).toEqual({
    events: raw.length + deadLetters.length,
    raw: raw.length,
    dead_letters: deadLetters.length,
    late: late.length,
    feature_rows: {
      user_activity_features: windows.size,
      user_profile_features: daily,
      transaction_features: daily,
    },
    training_set: {
      id: expect.stringMatching(/^ts_\w+$/) as string,
      rows: number,
      sha256: expect.stringMatching(/^[0-9a-f]{64}$/) as string,
    },
    metrics: { val_auc: number, test_auc: number, test_auc_recency_alone: number },
    model_version: number,
    predictions: [number, number, number, number, number],
    seconds: Object.fromEntries(STEPS.map((step) => [step, number])),
  });
  for (const share of [...summary.predictions, ...Object.values(summary.metrics)]) {
    expect(share).toBeGreaterThan(0);
    expect(share).toBeLessThan(1);
  }
  expect(summary.model_version).toBeGreaterThan(0);
}

/**
 * The number of rows of a daily table: one for each user with an earlier event, at each of these times and at
 * today's midnight, which lies after all events.
 */
function dailyRows(events: Oracle['raw'], times: readonly bigint[]): number {
  const first = new Map<string, bigint>();
  for (const { user_id, event_ts } of events) {
    const known = first.get(user_id);
    if (known === undefined || event_ts < known) first.set(user_id, event_ts);
  }
  const starts = [...first.values()];
  return times.reduce((rows, time) => rows + starts.filter((start) => start < time).length, starts.length);
}
