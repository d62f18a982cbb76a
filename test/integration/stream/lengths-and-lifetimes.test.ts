import { expect, test } from 'vitest';
import { readToHead } from '../../../client/read-to-head.ts';
import type { Pool } from '../../../db/client.ts';
import { microsOf } from '../../../db/timestamp.ts';
import { featureTypes } from '../../../domain/feature-types.ts';
import { userEvents } from '../../../examples/churn/user-events.ts';
import { simulate } from '../../../simulator/index.ts';
import { featureRows } from '../../oracle/feature-rows.ts';
import { EXAMPLE } from '../../oracle/log.ts';
import { oracle, windowKey } from '../../oracle/oracle.ts';
import { everyLength, forOracle } from '../../property/support/every-aggregate.ts';
import { produce, readLog } from '../../support/log.ts';
import { withProject } from '../../support/project.ts';

const shop = [...simulate({ seed: 19, until: '2026-03-01T00:00:00Z', days: 4, users: 30, late: 0.05 })];

test('every aggregate over every length, on five partitions not keyed by the user, is what the oracle computes', async () => {
  await withProject({ source: { topicPartitions: 5 }, tables: [everyLength] }, async (project) => {
    const { source, pool, kafka } = project;
    await produce(
      kafka,
      source,
      shop.map(({ value }, index) => ({ value, partition: index % 5 })),
    );
    await project.withWorkers(2, () =>
      project.withTemporal((temporal) =>
        readToHead(temporal, pool, kafka, source, { from: 'earliest', shards: 5, maxRecords: 25 }),
      ),
    );
    const { raw } = oracle(await readLog(kafka, source), EXAMPLE);
    const expected = featureRows(raw, forOracle(everyLength));
    expect(expected.size).toBeGreaterThan(300);
    const stored = await readRows(pool);
    expect([...stored.keys()].sort()).toEqual([...expected.keys()].sort());
    for (const [key, row] of expected) expect(stored.get(key)).toEqual(row);
    const { rows } = await pool.query<{ carries: number }>(
      'SELECT count(*)::int AS carries FROM asof.lifetime_carries',
    );
    expect(rows[0]!.carries).toBe(new Set(raw.map(({ user_id }) => user_id)).size);
  });
});

/** Every row of the table, as the oracle writes it. */
async function readRows(pool: Pool): Promise<Map<string, Record<string, unknown>>> {
  const times = ['window_start', 'window_end', 'feature_ts'];
  const counts = [...featureTypes(everyLength, userEvents.definition)]
    .filter(([, type]) => type === 'bigint')
    .map(([name]) => name);
  const { rows } = await pool.query<Record<string, unknown>>(`
    SELECT *, ${times.map((time) => `${microsOf(time)}::text AS ${time}`).join()} FROM features.${everyLength.name}`);
  return new Map(
    rows.map((columns) => {
      const { write_id: _writeId, ...row } = columns;
      for (const time of times) row[time] = BigInt(row[time] as string);
      for (const name of counts) row[name] = Number(row[name]);
      return [windowKey(row.user_id as string, row.window_end as bigint), row];
    }),
  );
}
