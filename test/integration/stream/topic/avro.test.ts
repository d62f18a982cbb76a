import type { Schema } from 'avsc';
import type { Message } from 'kafkajs';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { FieldDefinition } from '../../../../domain/registry/definition.ts';
import { streamWorkflowId } from '../../../../domain/workflow-ids.ts';
import { eventually } from '../../../support/expectations/eventually.ts';
import { openTcpProxy } from '../../../support/faults/tcp-proxy.ts';
import { produce } from '../../../support/projects/log.ts';
import { withProject } from '../../../support/projects/project.ts';
import { encodeAvro, framed } from '../../../support/records/avro.ts';
import { type SchemaRegistry, startSchemaRegistry } from '../../../support/servers/schema-registry.ts';

const DEVICE = {
  type: 'record',
  name: 'Device',
  namespace: 'shop',
  fields: [{ name: 'platform', type: ['null', { type: 'enum', name: 'Platform', symbols: ['IOS', 'WEB'] }] }],
} as Schema;

const FIRST_FIELDS = [
  { name: 'userId', type: 'long' },
  { name: 'event_type', type: 'string', default: 'view' },
  {
    name: 'revenue',
    type: ['null', { type: 'bytes', logicalType: 'decimal', precision: 9, scale: 2 }],
    default: null,
  },
  { name: 'at', type: { type: 'long', logicalType: 'timestamp-millis' } },
];

const FIRST = { type: 'record', name: 'Event', namespace: 'shop', fields: FIRST_FIELDS } as Schema;

/** The same with a new field, which refers to another schema. */
function second(device: unknown): Schema {
  const fields = [...FIRST_FIELDS, { name: 'device', type: device }];
  return { type: 'record', name: 'Event', namespace: 'shop', fields } as Schema;
}

const FIELDS: readonly FieldDefinition[] = [
  { name: 'user_id', type: 'string', required: true, from: ['userId'] },
  { name: 'event_type', type: 'string', required: false },
  { name: 'product_id', type: 'string', required: false },
  { name: 'revenue', type: 'double', required: false },
  { name: 'session_id', type: 'string', required: false, from: { record: 'key' } },
  { name: 'platform', type: 'string', required: false, from: ['device', 'platform'] },
  { name: 'event_ts', type: 'timestamp', required: true, from: ['at'] },
];

const SOURCE = { format: 'avro', fields: FIELDS, topicPartitions: 1, kafkaTimestamps: 'ignore' } as const;
const AT = BigInt(Date.UTC(2026, 5, 1, 9));

let registry: SchemaRegistry;
let ids: { readonly key: number; readonly first: number; readonly second: number; readonly protobuf: number };

beforeAll(async () => {
  registry = await startSchemaRegistry();
  const register = (subject: string, schema: unknown, more = {}) =>
    registry.register(subject, { schema: JSON.stringify(schema), ...more });
  const first = await register('events-value', FIRST);
  await register('device', DEVICE);
  ids = {
    key: await register('events-key', 'long'),
    first,
    second: await register('events-value', second('shop.Device'), {
      references: [{ name: 'shop.Device', subject: 'device', version: 1 }],
    }),
    protobuf: await registry.register('other-value', {
      schemaType: 'PROTOBUF',
      schema: 'syntax = "proto3"; message A { string user = 1; }',
    }),
  };
}, 300_000);

afterAll(() => registry.remove());

function firstEvent(userId: bigint): Buffer {
  const value = { userId, event_type: 'purchase', revenue: { bytes: Buffer.from([0x07, 0xcf]) }, at: AT };
  return framed(ids.first, encodeAvro(FIRST, value));
}

function secondEvent(userId: bigint): Buffer {
  const device = { platform: { 'shop.Platform': 'IOS' } };
  const value = { userId, event_type: 'view', revenue: null, at: AT + 1n, device };
  return framed(ids.second, encodeAvro(second(DEVICE), value));
}

test('a topic in Avro is read with the schemas of its records; what is none is a dead letter that says why', async () => {
  await withProject({ source: SOURCE, schemaRegistry: { url: registry.url } }, (project) =>
    project.withWorkers(1, async () => {
      const { source, kafka, pool, asof } = project;
      const late = { type: 'record', name: 'Late', fields: FIRST_FIELDS } as Schema;
      const unknown = ids.protobuf + 1;
      const key = framed(ids.key, encodeAvro('long', 2n ** 60n));
      const values = [
        firstEvent(2n ** 53n + 1n),
        secondEvent(2n ** 53n + 2n),
        framed(unknown, firstEvent(9n).subarray(5)),
        framed(ids.protobuf, Buffer.from([0, 10, 1, 117])),
        framed(-1, Buffer.from('{}')),
        framed(ids.first, Buffer.from('{"user_id":"u"}')),
        Buffer.from('{"user_id":"u"}'),
      ];
      await produce(
        kafka,
        source,
        values.map((value): Message => ({ key, value, partition: 0 })),
      );
      const stream = asof.stream(source);
      await stream.readToHead({ from: 'earliest' });

      const events = async () =>
        (
          await pool.query(`
            SELECT user_id, event_type, revenue, session_id, platform, event_ts::text
            FROM events."${source.replaceAll('-', '_')}" ORDER BY kafka_offset`)
        ).rows as unknown[];
      const shared = { session_id: String(2n ** 60n) };
      const purchase = { ...shared, event_type: 'purchase', revenue: 19.99, platform: null };
      expect(await events()).toMatchObject([
        { ...purchase, user_id: '9007199254740993' },
        { ...shared, user_id: '9007199254740994', event_type: 'view', revenue: null, platform: 'IOS' },
      ]);
      const { rows } = await pool.query<{ reason: string; detail: string }>(
        'SELECT reason, detail FROM events.dead_letters ORDER BY kafka_offset',
      );
      const containing = (detail: string) => expect.stringContaining(detail) as string;
      expect(rows).toEqual([
        { reason: 'unknown_schema', detail: containing(`no schema ${unknown},`) },
        { reason: 'protobuf', detail: containing(`schema ${ids.protobuf}, which is Protobuf`) },
        { reason: 'unknown_schema', detail: containing('no schema -1,') },
        { reason: 'not_avro', detail: containing('and looks like JSON') },
        { reason: 'no_schema_registry_prefix', detail: containing('looks like plain JSON; expected Avro') },
      ]);

      expect(await registry.register('late-value', { schema: JSON.stringify(late) })).toBe(unknown);
      expect(await stream.deadLetters.replay({})).toMatchObject({ replayed: 1, remaining: 4 });
      expect(await events()).toMatchObject([{}, {}, { ...purchase, user_id: '9' }]);
    }),
  );
});

test('while the registry is away a stream waits, says so, and makes no dead letters', async () => {
  const proxy = await openTcpProxy(registry.url);
  proxy.refusing = true;
  try {
    await withProject({ source: SOURCE, schemaRegistry: { url: proxy.url.replace(/\/$/, '') } }, (project) =>
      project.withWorkers(1, () =>
        project.withTemporal(async ({ client, taskQueue }) => {
          const { source, kafka, pool } = project;
          await produce(kafka, source, [{ value: firstEvent(1n), partition: 0 }]);
          const stream = await client.workflow.start('streamFeatures', {
            workflowId: streamWorkflowId(source),
            taskQueue,
            args: [{ source, from: 'earliest', trigger: '200 milliseconds' }],
          });
          await eventually('a failure that names the registry', async () => {
            const { raw } = await stream.describe();
            const last = raw.pendingActivities?.find(({ lastFailure }) => lastFailure)?.lastFailure?.message;
            return (
              /schema registry at .* does not answer: .*SCHEMA_REGISTRY_URL/.test(last ?? '') || undefined
            );
          });
          proxy.refusing = false;
          const isRead = async () =>
            (await pool.query('SELECT 1 FROM asof.offset_ledger WHERE raw = 1')).rows.length > 0;
          await eventually('the event', isRead);
          await stream.signal('drain');
          await stream.result();
          const { rows } = await pool.query('SELECT * FROM events.dead_letters');
          expect(rows).toEqual([]);
        }),
      ),
    );
  } finally {
    await proxy.close();
  }
});
