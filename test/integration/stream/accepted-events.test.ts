import { expect, test } from 'vitest';
import { applyDefinition } from '../../../db/apply/apply-definition.ts';
import { raiseRevisions } from '../../../db/commits/source-revisions.ts';
import { readRawEvents } from '../../../db/log/read-raw-events.ts';
import { loadRegistry } from '../../../db/registry/registry.ts';
import { inTransaction } from '../../../db/sql/client.ts';
import type { EventSourceDefinition, FieldDefinition } from '../../../domain/registry/definition.ts';
import { streamWorkflowId } from '../../../domain/workflow-ids.ts';
import { userEvents } from '../../../examples/churn/definitions/user-events.ts';
import { definitionSet } from '../../../schemas/definitions/definition-set.ts';
import { produce } from '../../support/projects/log.ts';
import { type Project, withProject } from '../../support/projects/project.ts';

const added: readonly FieldDefinition[] = [
  { name: 'price', type: 'decimal', required: false, from: ['order', 'price'] },
  { name: 'day', type: 'date', required: false },
  { name: 'tenant', type: 'string', required: false, from: { header: 'tenant' } },
  { name: 'tags', type: 'string[]', required: false },
  { name: 'scores', type: 'double[]', required: false },
  { name: 'counts', type: 'integer[]', required: false },
  { name: 'flags', type: 'boolean[]', required: false, coerce: true },
  { name: 'message_key', type: 'string', required: false, from: { record: 'key' } },
];

const source = {
  topicPartitions: 1,
  fields: [...userEvents.definition.fields, ...added],
  where: { op: 'in', field: 'event_type', values: ['view', 'purchase'] },
  tombstones: 'skip',
} as const;

test('records become events with typed values, dead letters or skips, and the ledger adds up', async () => {
  await withProject({ source }, (project) =>
    project.withWorkers(1, async () => {
      const { pool, kafka, asof } = project;
      const headers = { tenant: 'shop-1' };
      await produce(kafka, project.source, [
        message({ event_type: 'view', order: { price: 12.5 }, day: '2026-03-01' }, { headers, key: 'k' }),
        message({ event_type: 'heartbeat' }),
        { value: null, key: 'u_1' },
        message({ event_type: 'purchase', revenue: 'much', platform: 3, order: [], day: 'Monday' }),
        message({ event_type: 'view', user_id: null }),
        { value: '{"event_type":"purchase","user_id":7,"revenue":NaN,"event_ts":"2026-03-01T10:00:00Z"}' },
      ]);
      const stream = asof.stream(project.source);
      await stream.readToHead({ from: 'earliest' });

      const { rows } = await pool.query(`
        SELECT kafka_offset::int AS offset, user_id, price::text, to_char(day, 'YYYY-MM-DD') AS day, tenant, message_key, platform, invalid_fields
        FROM ${events(project)} ORDER BY kafka_offset`);
      const nothing = { price: null, day: null, tenant: null, message_key: null, platform: null };
      expect(rows).toEqual([
        {
          offset: 0,
          user_id: 'u_1',
          price: '12.5',
          day: '2026-03-01',
          tenant: 'shop-1',
          message_key: 'k',
          platform: null,
          invalid_fields: null,
        },
        {
          ...nothing,
          offset: 3,
          user_id: 'u_1',
          platform: '3',
          invalid_fields: { revenue: '"much"', price: '[]', day: '"Monday"' },
        },
        { ...nothing, offset: 5, user_id: '7', invalid_fields: { revenue: 'NaN' } },
      ]);
      expect(await stream.check()).toMatchObject({
        clean: true,
        partitions: [{ raw: 3, deadLetters: 1, filtered: 1, tombstones: 1, skipped: 2 }],
      });
      expect(await ledger(project)).toMatchObject([{ invalid_fields: { revenue: 2, price: 1, day: 1 } }]);
      await project.withTemporal(async ({ client }) => {
        const status = await client.workflow.getHandle(streamWorkflowId(project.source)).query('status');
        expect(status).toMatchObject({
          totals: { skipped: 2, invalidFields: { revenue: 2, price: 1, day: 1 } },
        });
      });
    }),
  );
});

test('a replay of dead letters counts what the filter leaves out now, and takes what fits now', async () => {
  const strict = { ...source, invalid: 'dead_letter', where: undefined, tombstones: undefined } as const;
  await withProject({ source: strict }, (project) =>
    project.withWorkers(1, async () => {
      const { kafka, asof, pool } = project;
      await produce(kafka, project.source, [
        message({ event_type: 'heartbeat', revenue: 'much' }),
        message({ event_type: 'view', revenue: 'much' }, { headers: { tenant: 'shop-2' } }),
        { value: null },
        message({ event_type: 'view' }),
      ]);
      const stream = asof.stream(project.source);
      await stream.readToHead({ from: 'earliest' });
      expect(await stream.check()).toMatchObject({ clean: true, partitions: [{ raw: 1, deadLetters: 3 }] });

      await change(project, { invalid: undefined, where: source.where, tombstones: 'skip' });
      expect(await stream.deadLetters.replay()).toMatchObject({ replayed: 1, skipped: 2, remaining: 0 });
      expect(await stream.check()).toMatchObject({
        clean: true,
        partitions: [{ raw: 2, deadLetters: 0, filtered: 1, tombstones: 1 }],
      });
      const { rows } = await pool.query(
        `SELECT tenant, invalid_fields FROM ${events(project)} WHERE kafka_offset = 1`,
      );
      expect(rows).toEqual([{ tenant: 'shop-2', invalid_fields: { revenue: '"much"' } }]);
      expect(await ledger(project)).toMatchObject([{ invalid_fields: { revenue: 1 } }]);
    }),
  );
});

test('a ledger that counts other values than the table holds is found', async () => {
  await withProject({ source }, (project) =>
    project.withWorkers(1, async () => {
      await produce(project.kafka, project.source, [message({ event_type: 'view', revenue: 'much' })]);
      const stream = project.asof.stream(project.source);
      await stream.readToHead({ from: 'earliest' });
      await project.pool.query(`UPDATE ${events(project)} SET invalid_fields = NULL`);
      await project.pool.query('UPDATE asof.offset_ledger SET filtered = 1');
      const kinds = (await stream.check()).violations.map(({ kind }) => kind);
      expect(kinds).toEqual(['count', 'invalid_fields']);
    }),
  );
});

/** A message with an event of user `u_1`, with these members in addition or instead. */
function message(members: object, rest: { headers?: Record<string, string>; key?: string } = {}) {
  const event = { user_id: 'u_1', event_ts: '2026-03-01T09:00:00Z', ...members };
  return { ...rest, value: JSON.stringify(event) };
}

function events({ source: name }: Project): string {
  return `events."${name.replaceAll('-', '_')}"`;
}

test('lists of scalars are stored as arrays, which batch queries read, and are read again as they were', async () => {
  await withProject({ source: { ...source, where: undefined } }, (project) =>
    project.withWorkers(1, async () => {
      const lists = { tags: ['é', 'a,"b"', 12345], scores: [0.5, -0, 1e15], counts: [7], flags: [true, '0'] };
      await produce(project.kafka, project.source, [
        message(lists),
        message({ tags: [], scores: [1, null], counts: [1.5], flags: 'true' }),
        message({ tags: Array(1_001).fill('a') }),
      ]);
      const stream = project.asof.stream(project.source);
      await stream.readToHead({ from: 'earliest' });
      const { rows } = await project.pool.query(
        `SELECT tags, scores, counts::int[] AS counts, flags FROM ${events(project)} ORDER BY kafka_offset`,
      );
      const nothing = { tags: null, scores: null, counts: null, flags: null };
      expect(rows).toEqual([
        { tags: ['é', 'a,"b"', '12345'], scores: [0.5, 0, 1e15], counts: [7], flags: [true, false] },
        { ...nothing, tags: [] },
        nothing,
      ]);
      const invalidFields = { tags: 1, scores: 1, counts: 1, flags: 1 };
      expect(await ledger(project)).toMatchObject([{ invalid_fields: invalidFields }]);

      const again = await inTransaction(project.pool, async (client) =>
        readRawEvents(client, (await loadRegistry(project.pool)).source(project.source), {
          from: 0n,
          to: 2n ** 60n,
        }),
      );
      const first = again.find(({ event }) => event.offset === 0n)!.event.values;
      expect(first).toEqual(
        expect.arrayContaining([['é', 'a,"b"', '12345'], [0.5, 0, 1e15], [7], [true, false]]),
      );
    }),
  );
});

async function ledger({ pool }: Project): Promise<unknown[]> {
  const { rows } = await pool.query<object>('SELECT invalid_fields FROM asof.offset_ledger');
  return rows;
}

async function change(
  { pool, source: name }: Project,
  changes: Partial<EventSourceDefinition>,
): Promise<void> {
  const set = definitionSet([{ ...(await loadRegistry(pool)).source(name), ...changes }]);
  await inTransaction(pool, async (client) => {
    await raiseRevisions(client, [name]);
    await applyDefinition(client, set.source(name), 'change', set);
  });
}
