import { expect, test } from 'vitest';
import { ensureBatchTable, ensureReferenceTable } from '../../../../db/batch/batch-relations.ts';
import { commitBatch } from '../../../../db/batch/commit-batch.ts';
import { ensureQueryLogin } from '../../../../db/batch/queries/ensure-query-login.ts';
import { ensureRawEvents } from '../../../../db/log/raw-event-relation.ts';
import { type Pool, inTransaction } from '../../../../db/sql/client.ts';
import type {
  BatchTableDefinition,
  ColumnDefinition,
  EventSourceDefinition,
  ReferenceTableDefinition,
  StreamTableDefinition,
} from '../../../../domain/registry/definition.ts';
import { parseInstant } from '../../../../domain/time/instant.ts';
import { userActivityFeatures } from '../../../../examples/churn/definitions/user-activity-features.ts';
import { userEvents } from '../../../../examples/churn/definitions/user-events.ts';
import { users } from '../../../../examples/churn/definitions/users.ts';
import { definitionSet } from '../../../../schemas/definitions/definition-set.ts';
import { queriedTransactions } from '../../../support/definitions/queried-tables.ts';
import { commitEvents, createProjectCursors } from '../../../support/projects/commit.ts';
import { withProject } from '../../../support/projects/project.ts';

/** Both sorts of columns: those of eight bytes, and texts, which Postgres can store outside the row. */
const TYPES = ['double', 'string'] as const;
type ColumnType = (typeof TYPES)[number];

test.each(TYPES)('a table as wide as its definition may be stores the widest %s columns', async (type) => {
  await withProject({}, async ({ pool, source: name }) => {
    const source = { ...userEvents.definition, name, topic: name };
    const wide = widest((count) => wideSource(type, count));
    const reference = widest((count) => wideReference(type, count));
    const table = widest((count) => wideBatch(type, count, name), source);
    const batch = { table, source, references: [] };
    await inTransaction(pool, async (client) => {
      await ensureRawEvents(client, wide);
      await ensureReferenceTable(client, reference);
      await ensureQueryLogin(client);
      await ensureBatchTable(client, batch);
    });
    for (const _attempt of [1, 2]) await commitBatch(pool, batch, parseInstant('2026-03-02T00:00:00Z')!);
    expect(await countRows(pool, 'history.wide_batch')).toBe(1);
    for (const relation of [
      'events.wide_source',
      'reference.wide_reference',
      'features.wide_batch',
      'history.wide_batch',
    ])
      await insertWidestRows(pool, relation);
  });
});

test.each(TYPES)(
  'a stream table as wide as its definition may be writes the widest %s columns',
  async (type) => {
    const table = widest((count) => wideStream(type, count), userEvents.definition);
    await withProject({ source: { topicPartitions: 1 }, tables: [table] }, async (project) => {
      await createProjectCursors(project, 1);
      const types = table.features.map((_, index) => `t_${index}`);
      // One feature stays null, so that rows have a bitmap of their nulls.
      const events = (word: string) =>
        types.slice(1).map((event_type, index) => ({
          user_id: 'a',
          event_ts: '2026-03-01T12:01:00Z',
          event_type,
          revenue: index,
          platform: `${word} ${String(index).padStart(16, '0')}`,
        }));
      await commitEvents(project, 0, 0, events('old'));
      await commitEvents(project, 0, types.length - 1, events('new').reverse());
      expect(await countRows(project.pool, 'features.wide_stream')).toBe(4);
      expect(await countRows(project.pool, 'history.wide_stream')).toBe(type === 'string' ? 4 : 0);
      for (const relation of ['features.wide_stream', 'history.wide_stream'])
        await insertWidestRows(project.pool, relation);
    });
  },
);

/** The definition with the most columns that is accepted. One more column is refused, with the limit. */
function widest<D extends object>(make: (count: number) => D, ...beside: readonly object[]): D {
  let [fits, refused] = [1, 1_600];
  while (refused - fits > 1) {
    const middle = (fits + refused) >>> 1;
    if (problemOf([make(middle), ...beside]) === undefined) fits = middle;
    else refused = middle;
  }
  expect(problemOf([make(refused), ...beside])).toMatch(
    /with its \d+ columns can take 8\d\d\d bytes, and Postgres stores at most 8160 in a row.*divide the columns among several definitions/,
  );
  return make(fits);
}

function problemOf(definitions: readonly object[]): string | undefined {
  try {
    definitionSet(definitions);
    return undefined;
  } catch (error) {
    return String(error);
  }
}

function fields(type: ColumnType, count: number): ColumnDefinition<ColumnType>[] {
  return Array.from({ length: count }, (_, index) => ({ name: `f_${index}`, type, required: false }));
}

function wideSource(type: ColumnType, count: number): EventSourceDefinition {
  const { fields: some } = userEvents.definition;
  const keys = some.filter(({ required }) => required);
  const name = 'wide_source';
  return { ...userEvents.definition, name, topic: name, fields: [...keys, ...fields(type, count)] };
}

function wideReference(type: ColumnType, count: number): ReferenceTableDefinition {
  const [key] = users.definition.fields;
  return { ...users.definition, name: 'wide_reference', fields: [key!, ...fields(type, count)] };
}

function wideBatch(type: ColumnType, count: number, source: string): BatchTableDefinition {
  const features = Array.from({ length: count }, (_, index) => ({ name: `f_${index}`, type }));
  const value = type === 'double' ? 'random()' : 'md5(random()::text)';
  return {
    ...queriedTransactions.definition,
    name: 'wide_batch',
    source,
    references: [],
    features,
    sql: `SELECT 'a' AS user_id, ${features.map(({ name }) => `${value} AS ${name}`).join(', ')}`,
  };
}

function wideStream(type: ColumnType, count: number): StreamTableDefinition {
  const features = Array.from({ length: count }, (_, index) => ({
    name: `f_${index}`,
    aggregate: 'last' as const,
    field: type === 'double' ? 'revenue' : 'platform',
    where: { event_type: `t_${index}` },
    over: null,
  }));
  return { ...userActivityFeatures.definition, name: 'wide_stream', features };
}

/**
 * Inserts rows with a value in every column, and one with a null, so that the row has a bitmap. Texts are
 * taken that Postgres stores in the row, and ones that it stores outside.
 */
async function insertWidestRows(pool: Pool, relation: string): Promise<void> {
  const { rows: columns } = await pool.query<{ name: string; type: string; required: boolean }>(
    `SELECT attname AS name, format_type(atttypid, NULL) AS type, attnotnull AS required
     FROM pg_attribute WHERE attrelid = $1::regclass AND attnum > 0 AND NOT attisdropped ORDER BY attnum`,
    [relation],
  );
  const unneeded = columns.findLast(({ required }) => !required)!;
  for (const textLength of [20, 23, 2_000]) {
    for (const empty of [undefined, unneeded.name]) {
      const values = columns.map(({ name, type }) =>
        name === empty ? 'NULL' : widestValue(type, textLength),
      );
      await pool.query(`INSERT INTO ${relation} VALUES (${values.join(', ')})`);
    }
  }
}

/** SQL for a value that takes as much room in a row as the type can. Random texts do not compress. */
function widestValue(type: string, textLength: number): string {
  const text = `left(string_agg(md5(random()::text), ''), ${textLength})`;
  if (type === 'text') return `(SELECT ${text} FROM generate_series(1, 63))`;
  if (type === 'text[]') return `ARRAY[(SELECT ${text} FROM generate_series(1, 63))]`;
  if (type === 'timestamp with time zone') return `timestamptz '2026-03-01' + random() * interval '1 hour'`;
  if (type === 'jsonb') return `to_jsonb((SELECT ${text} FROM generate_series(1, 63)))`;
  if (type === 'boolean') return 'true';
  return '2147483647';
}

async function countRows(pool: Pool, relation: string): Promise<number> {
  const { rows } = await pool.query<{ count: number }>(`SELECT count(*)::int AS count FROM ${relation}`);
  return rows[0]!.count;
}
