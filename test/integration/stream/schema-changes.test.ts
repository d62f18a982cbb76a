import { expect, test } from 'vitest';
import { partitionOffsets } from '../../../adapters/kafka/topics.ts';
import { loadRegistry } from '../../../db/registry/registry.ts';
import { microsExpression } from '../../../db/sql/timestamp.ts';
import type {
  BatchTableDefinition,
  FieldDefinition,
  StreamTableDefinition,
} from '../../../domain/registry/definition.ts';
import { streamWorkflowId } from '../../../domain/workflow-ids.ts';
import { userEvents } from '../../../examples/churn/definitions/user-events.ts';
import type { Fields } from '../../../schemas/definitions/event-source.ts';
import {
  batchTable,
  collectSet,
  count,
  countDistinct,
  eventSource,
  last,
  max,
  mean,
  optional,
  required,
  streamTable,
  sum,
  variance,
} from '../../../schemas/index.ts';
import { featureRows } from '../../oracle/feature-rows.ts';
import { EXAMPLE, type LogRecord, MINUTE, type OracleOptions } from '../../oracle/log.ts';
import type { RawRow } from '../../oracle/oracle.ts';
import { forOracle } from '../../property/support/every-aggregate.ts';
import { eventually } from '../../support/expectations/eventually.ts';
import { expectOracle } from '../../support/expectations/expect-oracle.ts';
import { readFeatureRows } from '../../support/expectations/feature-rows.ts';
import { produce } from '../../support/projects/log.ts';
import { type Project, withProject } from '../../support/projects/project.ts';

const before = {
  ...userEvents.fields,
  quantity: optional('integer'),
  points: optional('integer'),
  gift: optional('boolean'),
  store: required('string'),
  campaign: required('string'),
};
const after = {
  ...userEvents.fields,
  quantity: optional('double'),
  points: optional('integer'),
  gift: optional('boolean'),
  store: optional('string'),
  country: optional('string'),
};

/** The source at the start of the test. */
const shop = eventSource({
  name: 'user-events',
  entity: 'user_id',
  eventTime: 'event_ts',
  fields: before,
});

const orders = streamTable({
  name: 'orders',
  source: shop,
  window: { length: '30 minutes', slide: '10 minutes' },
  features: {
    events: count(),
    gifts: count({ where: { gift: true } }),
    threes: count({ where: { quantity: 3 } }),
    quantity: sum('quantity'),
    quantity_ever: sum('quantity', { over: 'lifetime' }),
    mean_quantity: mean('quantity'),
    quantity_variance: variance('quantity'),
    greatest_quantity: max('quantity'),
    quantities: countDistinct('quantity'),
    quantity_set: collectSet('quantity', { bound: 10 }),
    last_quantity: last('quantity'),
    points: sum('points', { where: { gift: false } }),
  },
}).definition;

test('a running stream adopts a changed schema without a gap or a wrong row', async () => {
  const overrides = {
    source: {
      topicPartitions: 3,
      allowedLateness: '1 day',
      fields: definitionsOf(before),
      invalid: 'dead_letter' as const,
    },
    tables: [orders],
  };
  await withProject(overrides, (project) =>
    project.withWorkers(1, () =>
      project.withTemporal(async (temporal) => {
        const { source, kafka } = project;
        const stream = await temporal.client.workflow.start('streamFeatures', {
          workflowId: streamWorkflowId(source),
          taskQueue: temporal.taskQueue,
          args: [{ source, from: 'earliest', trigger: '0 seconds', shards: 2 }],
        });
        await produce(kafka, source, ordersOf(0));
        await arrival(project);
        const changedAt = await heads(project);
        await change(project, after, [{ ...orders, name: 'later_orders' }]);
        await produce(kafka, source, ordersOf(1));
        await stream.signal('drain');
        await stream.result();
        await project.asof.table('later_orders').backfill();
        const isFilled = async () =>
          (await project.asof.stream(source).fields()).fields.every(({ state }) => state === 'filled');
        await eventually('the new field', isFilled);

        const isOld = ({ partition, offset }: LogRecord) => offset < changedAt.get(partition)!;
        const fieldsAt = (record: LogRecord) =>
          isOld(record) ? { ...before, country: after.country } : after; // filled from Kafka
        const options: OracleOptions = {
          ...EXAMPLE,
          lateness: 24n * 60n * MINUTE,
          fieldsAt,
          rejectsUnfit: true,
        };
        const { raw, deadLetters } = await expectOracle(project, options);
        expect(deadLetters.length).toBeGreaterThan(20);
        expect(deadLetters.every(isOld)).toBe(true);
        await expectRows(project, raw, 'orders');
        await expectRows(project, raw, 'later_orders');

        const names = ['quantity', 'gift', 'store', 'campaign', 'country'];
        expect(await rawColumns(project, names)).toEqual(
          raw.map((row) => [
            ...names.map((name) => (row as unknown as Record<string, unknown>)[name] ?? null),
            String(row.event_ts),
          ]),
        );
      }),
    ),
  );
});

test('a change of fields that breaks the query of a batch table is refused', async () => {
  const overrides = { source: { fields: definitionsOf(before) } };
  await withProject(overrides, async (project) => {
    const totals = batchTable({
      name: 'totals',
      source: shop,
      schedule: '0 0 * * *',
      reads: 'everything',
      features: { quantity: 'bigint', campaigns: 'bigint' },
      sql: 'SELECT user_id, max(quantity) AS quantity, count(DISTINCT campaign) AS campaigns FROM events GROUP BY user_id',
    }).definition;
    await change(project, before, [totals]);
    const { campaign: _campaign, ...gone } = before;
    await expect(change(project, gone)).rejects.toMatchObject({
      code: 'ASOF_CHANGE_REFUSED',
      message: expect.stringMatching(
        /batch table 'totals'.*"campaign" does not exist.*Nothing was applied/,
      ) as string,
    });
    await expect(change(project, { ...before, quantity: optional('double') })).rejects.toMatchObject({
      code: 'ASOF_CHANGE_REFUSED',
      message: expect.stringMatching(
        /batch table 'totals'.*'quantity' is double precision, expected bigint/,
      ) as string,
    });
    expect((await loadRegistry(project.pool)).source(project.source).fields).toEqual(definitionsOf(before));
    await change(project, { ...before, store: optional('string') });
    await change(project, { ...before, store: optional('string'), points: optional('double') });
  });
});

function definitionsOf(fields: Fields): FieldDefinition[] {
  return Object.entries(fields).map(([name, { type, required }]) => ({ name, type, required }));
}

/**
 * Orders of some users within some hours. Seed 0 gives orders for the old schema, with some that only the new
 * schema accepts; other seeds give orders for the new schema.
 */
function ordersOf(seed: number): { partition: number; value: string }[] {
  const isNew = seed > 0;
  return Array.from({ length: 240 }, (_, index) => {
    const number = index * 7 + seed;
    const order = {
      user_id: `u${number % 5}`,
      event_type: 'purchase',
      revenue: number % 90,
      quantity: number % 11 === 0 ? 2.5 : number % 4,
      points: number % 13 === 0 ? null : (number % 3) * 1e14,
      gift: number % 3 === 0,
      ...(number % 17 === 0 ? {} : { store: `s${number % 2}` }),
      campaign: isNew ? 7 : 'spring',
      country: isNew ? 'FR' : 7,
      event_ts: new Date(Date.parse('2026-03-01T00:00:00Z') + (number % 200) * 60_000).toISOString(),
    };
    return { partition: index % 3, value: JSON.stringify(order) };
  });
}

async function heads({ kafka, source }: Project): Promise<ReadonlyMap<number, bigint>> {
  return new Map((await partitionOffsets(kafka, source)).map(({ partition, high }) => [partition, high]));
}

/** Waits until everything that the topic holds is committed. */
async function arrival(project: Project): Promise<void> {
  const expected = [...(await heads(project)).values()].reduce((total, head) => total + head, 0n);
  await eventually('the records', async () => {
    const { rows } = await project.pool.query<{ records: string }>(
      'SELECT coalesce(sum(to_offset - from_offset), 0)::text AS records FROM asof.offset_ledger',
    );
    return BigInt(rows[0]!.records) === expected;
  });
}

/** Applies the source with other fields, and more tables; the other definitions stay. */
async function change(
  { asof, pool, source }: Project,
  fields: Fields,
  tables: readonly (StreamTableDefinition | BatchTableDefinition)[] = [],
): Promise<void> {
  await asof.apply([
    ...(await asof.definitions()).filter(({ kind }) => kind !== 'event_source'),
    { ...(await loadRegistry(pool)).source(source), fields: definitionsOf(fields) },
    ...tables.map((table) => ({ ...table, source })),
  ]);
}

async function expectRows({ pool }: Project, raw: readonly RawRow[], name: string): Promise<void> {
  const stored = await readFeatureRows(pool, orders, shop.definition, name);
  expect(stored).toEqual(featureRows(raw, forOracle(orders)));
}

/** The values of these columns and of `event_ts` in the raw table, in the order of places. */
async function rawColumns({ pool, source }: Project, names: readonly string[]): Promise<unknown[]> {
  const { rows } = await pool.query<unknown[]>({
    text: `SELECT ${names.join()}, ${microsExpression('event_ts')}::text FROM events.${source.replaceAll('-', '_')}
           ORDER BY kafka_partition, kafka_offset`,
    rowMode: 'array',
  });
  return rows;
}
