import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { Kafka, logLevel } from 'kafkajs';
import { expect, inject, test } from 'vitest';
import { connect } from '../../db/client.ts';
import { asof } from '../support/asof.ts';
import { expectOracle } from '../support/expect-oracle.ts';
import type { Oracle } from '../oracle/oracle.ts';

const invoices = fileURLToPath(
  new URL('../../../shared/data/online-retail-invoices.ndjson', import.meta.url),
);

interface Summary {
  readonly events: number;
  readonly raw: number;
  readonly dead_letters: number;
  readonly late: number;
  readonly feature_rows: Record<string, number>;
}

test('the demo ends with a summary that the log of its own topic bears out', async () => {
  const { summary, expected } = await runDemo(['--seed', '5', '--until', '2026-03-01T00:00:00Z']);
  expect(summary.events).toBeGreaterThan(50_000);
  expect(summary).toMatchObject(summaryOf(expected));
});

test.runIf(existsSync(invoices))(
  'the demo on real invoices puts those without a customer aside',
  async () => {
    const { summary, expected } = await runDemo(['--events', invoices]);
    expect(summary.raw + summary.dead_letters).toBe(25_943);
    expect(summary).toMatchObject(summaryOf(expected));
    for (const { value } of expected.deadLetters)
      expect(JSON.parse(String(value))).toMatchObject({ user_id: null });
  },
);

async function runDemo(options: string[]): Promise<{ summary: Summary; expected: Oracle }> {
  const servers = inject('servers');
  const { code, stdout, stderr } = await asof(['demo', ...options], process.env);
  expect(code, stderr).toBe(0);
  const pool = await connect(servers.DATABASE_URL!);
  try {
    const kafka = new Kafka({ brokers: [servers.KAFKA_BROKERS!], logLevel: logLevel.NOTHING });
    const expected = await expectOracle({ pool, kafka, source: 'user-events' });
    return { summary: JSON.parse(stdout.trim().split('\n').at(-1)!) as Summary, expected };
  } finally {
    await pool.end();
  }
}

function summaryOf({ raw, deadLetters, late, windows }: Oracle) {
  return {
    events: raw.length + deadLetters.length,
    raw: raw.length,
    dead_letters: deadLetters.length,
    late: late.length,
    feature_rows: { user_activity_features: windows.size },
  };
}
