import sql, { raw } from 'sql-template-tag';
import { AsofError } from '../../domain/errors/asof-error.ts';
import type { DefinitionKind } from '../../domain/registry/definition.ts';
import type { Client } from '../sql/client.ts';
import { hasTable } from '../sql/has-table.ts';
import { ident } from '../sql/identifier.ts';
import { isShortage } from '../sql/refusal.ts';

/** A column that a version of Asof added to what `apply` makes for a kind of definition. */
interface AddedColumn {
  readonly kind: DefinitionKind;
  readonly schema: string;
  readonly column: string;
  /** Writers that do not know the column must be able to leave it out. */
  readonly type: string;
}

const ADDED: readonly AddedColumn[] = [
  { kind: 'event_source', schema: 'events', column: 'duplicate', type: 'boolean NOT NULL DEFAULT false' },
  { kind: 'event_source', schema: 'events', column: 'invalid_fields', type: 'jsonb' },
  { kind: 'event_source', schema: 'events', column: 'kafka_index', type: 'integer NOT NULL DEFAULT 0' },
  { kind: 'stream_table', schema: 'features', column: 'approximate_features', type: 'text[]' },
  { kind: 'stream_table', schema: 'history', column: 'approximate_features', type: 'text[]' },
];

/** A column that a relation lacks, since an older version of Asof made it. */
interface MissingColumn extends Omit<AddedColumn, 'kind'> {
  readonly relation: string;
}

/**
 * Adds one column to one relation that lacks it.
 *
 * @returns false if no relation lacks a column.
 * @throws AsofError `ASOF_TOO_FEW_LOCKS`.
 */
export async function addNextColumn(client: Client): Promise<boolean> {
  const missing = await nextMissing(client);
  if (!missing) return false;
  const { schema, relation, column, type } = missing;
  const locks = await locksFor(client, missing);
  try {
    await client.query(sql`ALTER TABLE ${ident(schema, relation)} ADD COLUMN ${ident(column)} ${raw(type)}`);
  } catch (error) {
    throw isShortage(error) ? tooFewLocks(missing, locks, error) : error;
  }
  return true;
}

async function nextMissing(client: Client): Promise<MissingColumn | undefined> {
  if (!(await hasTable(client, 'asof', 'migrations'))) return undefined;
  const { rows } = await client.query<MissingColumn>(sql`
    SELECT added.schema, relname AS relation, added."column", added.type
    FROM jsonb_to_recordset(${JSON.stringify(ADDED)}::jsonb) AS added (kind text, schema text, "column" text, type text)
    JOIN asof.definitions AS definition USING (kind)
    JOIN pg_namespace AS room ON nspname = added.schema
    JOIN pg_class AS class ON relnamespace = room.oid
      AND relname = CASE kind WHEN 'event_source' THEN translate(name, '-.', '__') ELSE name END
    WHERE NOT EXISTS (
      SELECT FROM pg_attribute WHERE attrelid = class.oid AND attname = added."column" AND NOT attisdropped)
    ORDER BY 1, 2, 3 LIMIT 1`);
  return rows[0];
}

interface Locks {
  readonly chunks: number;
  /** What the server is set to, and what it needs for so many chunks beside all else. */
  readonly setting: number;
  readonly wanted: number;
}

async function locksFor(client: Client, { schema, relation }: MissingColumn): Promise<Locks> {
  const { rows } = await client.query<Locks>(sql`
    SELECT chunks, setting, setting + ceil(chunks::float8 / sessions)::int AS wanted
    FROM (
      SELECT (SELECT count(*)::int FROM pg_inherits WHERE inhparent = ${ident(schema, relation).text}::regclass) AS chunks,
        current_setting('max_locks_per_transaction')::int AS setting,
        current_setting('max_connections')::int + current_setting('max_prepared_transactions')::int AS sessions
    ) AS server`);
  return rows[0]!;
}

function tooFewLocks({ schema, relation }: MissingColumn, locks: Locks, cause: unknown): AsofError {
  const { chunks, setting, wanted } = locks;
  return new AsofError(
    'ASOF_TOO_FEW_LOCKS',
    `the migration has to lock all ${chunks} chunks of ${schema}.${relation} at once, and the server has no room for so many locks. ` +
      `Nothing of that table was altered, and what runs goes on. Set max_locks_per_transaction of the server to ${wanted} (now ${setting}), ` +
      'restart it, and run again: npx asof apply',
    { details: { relation: `${schema}.${relation}`, chunks, setting, wanted }, cause },
  );
}
