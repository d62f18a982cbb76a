import { createHash } from 'node:crypto';
import sql, { raw } from 'sql-template-tag';
import { type Carry, decodeCarry, encodeCarry } from '../../domain/windows/lifetime-carry.ts';
import type { CompiledStreamTable, EntityKey } from '../../domain/windows/stream-table.ts';
import { assignExcluded, bulkInsert } from '../sql/bulk-insert.ts';
import type { Client } from '../sql/client.ts';
import { ident } from '../sql/identifier.ts';
import { microsExpression, toTimestamptz } from '../sql/timestamp.ts';

const CARRIES = ident('asof', 'lifetime_carries');

interface CarryRecord {
  readonly entity: string;
  readonly through: string;
  readonly open_from: string | null;
  readonly partials: readonly unknown[];
}

/** The stored carries of some entities. Empty in a table without lifetimes. */
export async function readCarries(
  client: Client,
  table: CompiledStreamTable,
  keys: readonly EntityKey[],
): Promise<Carry[]> {
  if (table.lifetime.length === 0) return [];
  const byEntity = new Map(keys.map((key) => [entityOf(key), key]));
  const { rows } = await client.query<CarryRecord>(sql`
    SELECT entity, ${raw(microsExpression('through'))} AS through, ${raw(microsExpression('open_from'))} AS open_from, partials
    FROM ${CARRIES} WHERE feature_table = ${table.definition.name} AND entity = ANY(${[...byEntity.keys()]}::text[])`);
  return rows.map(({ entity, through, open_from, partials }) => ({
    key: byEntity.get(entity)!,
    through: BigInt(through),
    openFrom: open_from === null ? null : BigInt(open_from),
    partials: decodeCarry(table, partials),
  }));
}

/** Inserts carries, over the stored ones of the same entities. */
export async function writeCarries(
  client: Client,
  table: CompiledStreamTable,
  carries: readonly Carry[],
): Promise<void> {
  if (carries.length === 0) return;
  const columns = [
    { name: 'feature_table', type: 'text', values: carries.map(() => table.definition.name) },
    { name: 'entity', type: 'text', values: carries.map(({ key }) => entityOf(key)) },
    { name: 'through', type: 'timestamptz', values: carries.map(({ through }) => toTimestamptz(through)) },
    {
      name: 'open_from',
      type: 'timestamptz',
      values: carries.map(({ openFrom }) => (openFrom === null ? null : toTimestamptz(openFrom))),
    },
    {
      name: 'partials',
      type: 'json',
      values: carries.map(({ partials }) => JSON.stringify(encodeCarry(table, partials))),
    },
  ];
  const changing = assignExcluded(['through', 'open_from', 'partials']);
  await client.query(
    bulkInsert(CARRIES, columns, sql`ON CONFLICT (feature_table, entity) DO UPDATE SET ${changing}`),
  );
}

/**
 * Deletes carries, so that the next lifetimes are computed from the tiles. Everything that replaces stored
 * tiles must call this, under the locks of the entities.
 */
export async function forgetCarries(
  client: Client,
  table: CompiledStreamTable,
  keys: readonly EntityKey[] | 'all',
): Promise<void> {
  if (table.lifetime.length === 0) return;
  const ofKeys = keys === 'all' ? sql`true` : sql`entity = ANY(${keys.map(entityOf)}::text[])`;
  await client.query(
    sql`DELETE FROM ${CARRIES} WHERE feature_table = ${table.definition.name} AND ${ofKeys}`,
  );
}

/** An entry of the index on the column `entity` has room for a text of so many characters of ASCII. */
const MAX_INDEXED = 2_000;

/**
 * An entity as the column `entity` stores it: its key as JSON. JSON writes a control character as six; a text
 * that is too long for the index is replaced by its hash.
 */
function entityOf(key: EntityKey): string {
  const text = JSON.stringify(key);
  return text.length <= MAX_INDEXED ? text : `sha256 ${createHash('sha256').update(text).digest('hex')}`;
}
