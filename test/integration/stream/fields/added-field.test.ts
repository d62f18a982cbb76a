import type { Message } from 'kafkajs';
import { expect, test } from 'vitest';
import { withAdmin } from '../../../../adapters/kafka/topics.ts';
import { readIncomplete, requireFieldsFilled } from '../../../../db/batch/complete-fields.ts';
import { loadBatch } from '../../../../db/batch/load-batch.ts';
import { loadRegistry } from '../../../../db/registry/registry.ts';
import { microsExpression } from '../../../../db/sql/timestamp.ts';
import { unfilledTables } from '../../../../db/tables/fills.ts';
import type {
  BatchTableDefinition,
  FieldDefinition,
  StreamTableDefinition,
} from '../../../../domain/registry/definition.ts';
import { formatInstant, parseInstant } from '../../../../domain/time/instant.ts';
import { fieldsWorkflowId, streamWorkflowId } from '../../../../domain/workflow-ids.ts';
import { userEvents } from '../../../../examples/churn/definitions/user-events.ts';
import {
  batchTable,
  count,
  countDistinct,
  eventSource,
  last,
  optional,
  streamTable,
  sum,
} from '../../../../schemas/index.ts';
import type { FieldFillStatus } from '../../../../schemas/workflows/fill-fields.ts';
import { featureRows } from '../../../oracle/feature-rows.ts';
import { EXAMPLE, type LogRecord, MINUTE } from '../../../oracle/log.ts';
import { type RawRow, oracle, windowKey } from '../../../oracle/oracle.ts';
import { forOracle } from '../../../property/support/every-aggregate.ts';
import { eventually } from '../../../support/expectations/eventually.ts';
import { readWindows, windowDifferences } from '../../../support/expectations/tables.ts';
import { disorderedEvents } from '../../../support/projects/backfill.ts';
import { produce, readLog } from '../../../support/projects/log.ts';
import { type Project, withProject } from '../../../support/projects/project.ts';
import { kill, spawnWorker } from '../../../support/servers/asof.ts';

const after = eventSource({
  name: 'user-events',
  entity: 'user_id',
  eventTime: 'event_ts',
  fields: { ...userEvents.fields, device_id: optional('string'), country: optional('string') },
});

const devices = streamTable({
  name: 'devices',
  source: after,
  primaryKeys: ['device_id'],
  window: { length: '30 minutes', slide: '10 minutes' },
  features: {
    events: count(),
    revenue: sum('revenue'),
    sessions: countDistinct('session_id'),
    last_country: last('country'),
  },
});

/** A dead letter, an event without the fields, and events of which one of the fields does not fit. */
function deviceEvents(seed: number, count: number): Message[] {
  return disorderedEvents(seed, count).map(({ value }, index) => {
    if (index % 41 === 0) return { partition: index % 2, value: '{"user_id":' };
    const device_id = index % 7 === 0 ? { unfit: index } : `d${index % 5}`;
    const more = index % 11 === 0 ? {} : { device_id, country: index % 13 === 0 ? true : `c${index % 3}` };
    const event = { ...(JSON.parse(value as string) as object), ...more };
    return { partition: index % 2, value: JSON.stringify(event) };
  });
}

const CUT = 300n;

test('a field that a running source gains is filled from Kafka, although Kafka has lost a part and a worker dies', async () => {
  await withProject({ source: { topicPartitions: 2 } }, (project) =>
    project.withTemporal(async ({ client, taskQueue }) => {
      const { source, kafka, pool, asof } = project;
      await produce(kafka, source, deviceEvents(1, 1_200));
      await project.withWorkers(1, () => asof.stream(source).readToHead({ from: 'earliest' }));
      const log = await readLog(kafka, source);
      await withAdmin(kafka, async (admin) => {
        await admin.fetchTopicOffsets(source); // the client learns of the topic
        await admin.deleteTopicRecords({
          topic: source,
          partitions: [{ partition: 1, offset: String(CUT) }],
        });
      });
      await produce(kafka, source, deviceEvents(2, 200));
      const args = [{ source, trigger: '1 second' }];
      const start = { workflowId: streamWorkflowId(source), taskQueue, args };
      const stream = await client.workflow.start('streamFeatures', start);
      const { applied } = await gain(project, after.definition.fields, [{ ...devices.definition, source }]);
      expect(applied.map(({ what }) => what)).toContain(
        `event source ${source}, whose device_id, country are filled from Kafka, which has 900 of the 1200 offsets that were read; events of the others lack them`,
      );

      const again = { workflowId: fieldsWorkflowId(source), taskQueue, args: [{ source, maxRecords: 20 }] };
      const fill = await client.workflow.start('fillFields', again);
      await killedInTheMiddle(project, async () => {
        await produce(kafka, source, deviceEvents(3, 200));
        const status = (await fill.result()) as FieldFillStatus;
        expect(status).toMatchObject({ source, state: 'done', left: 0 });
        await eventually('the table', async () => (await unfilledTables(pool, source)).length === 0);
        await produce(kafka, source, deviceEvents(4, 200));
        await stream.signal('drain');
        await stream.result();
      });
      const known = new Set(log.map(placeOf));
      const rest = (await readLog(kafka, source)).filter((record) => !known.has(placeOf(record)));
      await expectFilled(project, [...log, ...rest]);
    }),
  );
}, 300_000);

test('a field that comes back is filled where events were read without it, and batch tables on it wait', async () => {
  await withProject({ source: { topicPartitions: 1 } }, (project) =>
    project.withWorkers(1, async () => {
      const { asof, source, kafka, pool } = project;
      const stream = asof.stream(source);
      const all = after.definition.fields;
      const others = all.filter(({ name }) => name !== 'device_id');
      const read = async (seed: number): Promise<void> => {
        await produce(
          kafka,
          source,
          deviceEvents(seed, 60).map((message) => ({ ...message, partition: 0 })),
        );
        await stream.readToHead({ from: 'earliest' });
      };
      await read(1);
      const required = all.map((field) =>
        field.name === 'device_id' ? { ...field, required: true } : field,
      );
      await expect(gain(project, required)).rejects.toMatchObject({ code: 'ASOF_CHANGE_REFUSED' });
      await gain(project, all, [perDevice('early_devices', project)]);
      await expect(requireFieldsFilled(pool, await loadBatch(pool, 'early_devices'))).rejects.toMatchObject({
        code: 'ASOF_FIELDS_NOT_FILLED',
        kind: 'unavailable',
      });
      await read(2);
      await requireFieldsFilled(pool, await loadBatch(pool, 'early_devices'));
      await pool.query(`DELETE FROM asof.definitions WHERE name = 'early_devices'`); // as when it is removed
      await gain(project, others);
      await read(3);
      await gain(project, all);
      await read(4);

      const expected = oracle(await readLog(kafka, source), { ...EXAMPLE, fieldsAt: () => after.fields });
      const fieldsOf = (row: RawRow) => row as unknown as Record<string, string | null>;
      expect(await storedFields(project)).toEqual(
        expected.raw.map((row) => {
          const { device_id = null, country = null } = fieldsOf(row);
          return [String(row.kafka_partition), String(row.kafka_offset), device_id, country];
        }),
      );
      const readAgain = (from: number, to: number): number =>
        expected.raw.filter(({ kafka_offset: at }) => at >= BigInt(from) && at < BigInt(to)).length;
      const complete = { state: 'filled', gone: 0, unread: 0, completeFrom: null };
      expect((await stream.fields()).fields).toMatchObject([
        { ...complete, field: 'country', filled: readAgain(0, 60) },
        { ...complete, field: 'device_id', filled: readAgain(0, 60) + readAgain(120, 180) },
      ]);
      expect((await stream.check()).violations).toEqual([]);

      await gain(project, all, [perDevice('late_devices', project)]);
      const lossAt = async (at: string): Promise<string | undefined> =>
        (await readIncomplete(pool, await loadBatch(pool, 'late_devices')))(parseInstant(at)!)?.code;
      expect(await lossAt('2026-03-02T00:00:00Z')).toBeUndefined();
      await pool.query(
        `UPDATE asof.field_gaps SET complete_from = '2026-03-01T07:00:00Z' WHERE field = 'device_id'`,
      );
      expect(await lossAt('2026-03-02T00:00:00Z')).toBe('ASOF_BELOW_RETENTION');
      expect(await lossAt('2026-03-03T00:00:00Z')).toBeUndefined();
    }),
  );
}, 120_000);

function perDevice(name: string, { source }: Project): BatchTableDefinition {
  const { definition } = batchTable({
    name,
    source: after,
    primaryKeys: ['device_id'],
    schedule: '0 0 * * *',
    reads: '1 day',
    features: { events: 'bigint' },
    sql: 'SELECT device_id, count(*) AS events FROM events WHERE device_id IS NOT NULL GROUP BY device_id',
  });
  return { ...definition, source };
}

/** Kills a worker that fills the fields, and runs `work` beside another. */
async function killedInTheMiddle(project: Project, work: () => Promise<void>): Promise<void> {
  const { environment, pool } = project;
  const worker = await spawnWorker(environment);
  await eventually('a part of the fill', async () => {
    const { rows } = await pool.query<{ filled: number }>(
      'SELECT sum(filled)::int AS filled FROM asof.field_gaps',
    );
    return rows[0]!.filled > 100;
  });
  await kill(worker);
  const { rows } = await pool.query('SELECT FROM asof.field_gaps WHERE next_offset < to_offset');
  expect(rows.length).toBeGreaterThan(0);
  await project.withWorkers(1, work);
}

/** Applies the source with these fields, and further tables. */
async function gain(
  { asof, pool, source }: Project,
  fields: readonly FieldDefinition[],
  tables: readonly (StreamTableDefinition | BatchTableDefinition)[] = [],
) {
  const before = (await loadRegistry(pool)).source(source);
  const others = (await asof.definitions()).filter(({ kind }) => kind !== 'event_source');
  return asof.apply([...others, { ...before, fields }, ...tables]);
}

async function expectFilled(project: Project, log: readonly LogRecord[]): Promise<void> {
  const { pool, source, asof } = project;
  const expected = oracle(log, { ...EXAMPLE, fieldsAt: () => after.fields });
  const isGone = ({ kafka_partition, kafka_offset }: RawRow): boolean =>
    kafka_partition === 1 && kafka_offset < CUT;
  const gone = expected.raw.filter(isGone);
  const completeFrom = gone.map(({ event_ts }) => event_ts).reduce((a, b) => (a > b ? a : b)) + 1n;

  const values = (row: RawRow) => row as unknown as Record<string, string | null>;
  expect(await storedFields(project)).toEqual(
    expected.raw.map((row) => {
      const { device_id = null, country = null } = isGone(row) ? {} : values(row);
      return [String(row.kafka_partition), String(row.kafka_offset), device_id, country];
    }),
  );
  const { fields, waiting } = await asof.stream(source).fields();
  const counts = { left: 0, gone: gone.length, unread: 0, completeFrom: formatInstant(completeFrom) };
  expect(fields).toMatchObject(
    ['country', 'device_id'].map((field) => ({ field, state: 'filled', ...counts })),
  );
  expect(fields[0]!.filled).toBeGreaterThan(800);
  expect(fields[0]!.deadLetters).toBeGreaterThan(20);
  expect(waiting).toEqual([]);

  const byDevice = expected.raw.flatMap((row) => {
    const { device_id } = values(row);
    return device_id ? [{ ...row, user_id: device_id }] : [];
  });
  const slide = 10n * MINUTE;
  const first = ((completeFrom + slide - 1n) / slide) * slide;
  const rows = [...featureRows(byDevice, forOracle(devices.definition))];
  const complete = new Map(rows.filter(([, { window_start }]) => (window_start as bigint) >= first));
  expect(complete.size).toBeGreaterThan(50);
  expect(complete.size).toBeLessThan(rows.length);
  expect(await deviceRows(project)).toEqual(complete);

  expect(windowDifferences(await readWindows(pool), expected).slice(0, 5)).toEqual([]);
  const { rows: kinds } = await pool.query(
    'SELECT DISTINCT kind FROM features.user_activity_features JOIN asof.writes USING (write_id)',
  );
  expect(kinds).toEqual([{ kind: 'stream' }]);
  expect((await asof.stream(source).check()).violations).toEqual([]);
}

async function storedFields({ pool, source }: Project): Promise<unknown[]> {
  const { rows } = await pool.query<unknown[]>({
    text: `SELECT kafka_partition::text AS partition, kafka_offset::text AS offset_text, device_id, country FROM events.${source.replaceAll('-', '_')}
           ORDER BY kafka_partition, kafka_offset`,
    rowMode: 'array',
  });
  return rows;
}

/** The rows of the table of devices in the form of the oracle, which calls the key `user_id`. */
async function deviceRows({ pool }: Project): Promise<Map<string, Record<string, unknown>>> {
  const times = ['window_start', 'window_end', 'feature_ts'].map(
    (time) => `${microsExpression(time)} AS ${time}`,
  );
  const { rows } = await pool.query<Record<string, string | number | null>>(
    `SELECT device_id AS user_id, ${times.join()}, events::int, revenue, sessions::int, last_country FROM features.devices`,
  );
  return new Map(
    rows.map(({ window_start, window_end, feature_ts, ...row }) => {
      const [start, end, at] = [window_start, window_end, feature_ts].map((micros) => BigInt(micros!));
      const columns = { ...row, window_start: start, window_end: end, feature_ts: at };
      return [windowKey(row.user_id as string, end!), columns];
    }),
  );
}

function placeOf({ partition, offset }: LogRecord): string {
  return `${partition}/${offset}`;
}
