import { expect, test } from 'vitest';
import type { Pool } from '../../../db/sql/client.ts';
import { streamWorkflowId } from '../../../domain/workflow-ids.ts';
import { userEvents } from '../../../examples/churn/definitions/user-events.ts';
import { simulate } from '../../../simulator/index.ts';
import { featureRows } from '../../oracle/feature-rows.ts';
import { EXAMPLE } from '../../oracle/log.ts';
import { type RawRow, oracle } from '../../oracle/oracle.ts';
import { everyLength, forOracle } from '../../property/support/every-aggregate.ts';
import { readFeatureRows } from '../../support/expectations/feature-rows.ts';
import { disorderedEvents } from '../../support/projects/backfill.ts';
import { produce, readLog } from '../../support/projects/log.ts';
import { withProject } from '../../support/projects/project.ts';

const shop = [...simulate({ seed: 19, until: '2026-03-01T00:00:00Z', days: 4, users: 30, late: 0.05 })];

test("every aggregate over every length equals the oracle's, on five partitions not keyed by the user", async () => {
  await withProject({ source: { topicPartitions: 5 }, tables: [everyLength] }, async (project) => {
    const { source, pool, kafka } = project;
    await produce(
      kafka,
      source,
      shop.map(({ value }, index) => ({ value, partition: index % 5 })),
    );
    await project.withWorkers(2, () =>
      project.asof.stream(source).readToHead({ from: 'earliest', shards: 5, maxRecords: 25 }),
    );
    const { raw } = oracle(await readLog(kafka, source), EXAMPLE);
    await expectRows(pool, everyLength.name, raw);
    const { rows } = await pool.query<{ carries: number }>(
      'SELECT count(*)::int AS carries FROM asof.lifetime_carries',
    );
    expect(rows[0]!.carries).toBe(new Set(raw.map(({ user_id }) => user_id)).size);
  });
});

test('a fill beside a running stream computes the lifetimes of a later table, and a late merge corrects them', async () => {
  await withProject({ source: { topicPartitions: 3 }, tables: [everyLength] }, (project) =>
    project.withWorkers(2, () =>
      project.withTemporal(async ({ client, taskQueue }) => {
        const { source, asof, pool, kafka } = project;
        await produce(kafka, source, disorderedEvents(1, 300));
        await asof.stream(source).readToHead({ from: 'earliest', shards: 3, maxRecords: 40 });
        const later = { ...everyLength, name: 'later_lengths', source };
        await asof.apply([...(await asof.definitions()), later]);
        const stream = await client.workflow.start('streamFeatures', {
          workflowId: streamWorkflowId(source),
          taskQueue,
          args: [{ source, trigger: '1 second', shards: 3, maxRecords: 20 }],
        });
        await produce(kafka, source, disorderedEvents(2, 200));
        const filling = asof.table(later.name).backfill({ late: 'leave', maxEvents: 40 });
        await produce(kafka, source, disorderedEvents(6, 100));
        await filling;
        await stream.signal('drain');
        await stream.result();

        const { raw } = oracle(await readLog(kafka, source), EXAMPLE);
        await expectRows(pool, everyLength.name, raw);
        await expectRows(pool, later.name, raw);

        await asof.table(later.name).backfill({ maxEvents: 20 });
        await expectRows(
          pool,
          later.name,
          raw.map((event) => ({ ...event, watermark: null })),
        );
      }),
    ),
  );
}, 240_000);

async function expectRows(pool: Pool, table: string, raw: readonly RawRow[]): Promise<void> {
  const expected = featureRows(raw, forOracle(everyLength));
  const stored = await readFeatureRows(pool, everyLength, userEvents.definition, table);
  expect([...stored.keys()].sort()).toEqual([...expected.keys()].sort());
  for (const [key, row] of expected) expect(stored.get(key)).toEqual(row);
}
