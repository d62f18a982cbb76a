import sql, { type Sql, join, raw } from 'sql-template-tag';
import type { WrittenRow } from '../../../domain/batch/written-row.ts';
import type { WrittenTable } from '../../../domain/batch/written-table.ts';
import { matches } from '../../sql/bulk-insert.ts';
import type { Client } from '../../sql/client.ts';
import { FIELD_COLUMNS } from '../../sql/column-types.ts';
import { type CopyColumn, copyBytes, copyColumn, encodeGroups } from '../../sql/copy-rows.ts';
import { ident } from '../../sql/identifier.ts';
import { differs } from '../../tables/feature-rows.ts';

/** The rows of a write, before they are merged. The name cannot be that of a column of a table. */
export const STAGED = ident('pg_temp', 'written_rows');
/** The place of a row. No column of a table begins with an underscore. */
const PLACE = '_place';

/** The columns of a table as it is stored, without the write: what {@link stageRows} stages. */
export function storedColumns({ columns, storedTime }: WrittenTable): readonly string[] {
  return [...columns.map(({ name }) => name), storedTime];
}

/** The columns that identify a stored row. */
export function identityOf({ primaryKeys, storedTime }: WrittenTable): readonly string[] {
  return [...primaryKeys, storedTime];
}

/** The columns that a later write may change. */
export function changingColumns(table: WrittenTable): readonly string[] {
  const identity = identityOf(table);
  return storedColumns(table).filter((column) => !identity.includes(column));
}

/** The rows as {@link stageRows} takes them, as they come. Memory holds a part of them. */
export function stagedBytes(
  table: WrittenTable,
  groups: AsyncIterable<readonly WrittenRow[]>,
): AsyncIterable<Buffer> {
  return encodeGroups(stagedColumns(table), groups);
}

/** Copies rows into a temporary table, which lives until the transaction ends. */
export async function stageRows(
  client: Client,
  table: WrittenTable,
  bytes: AsyncIterable<Buffer>,
): Promise<void> {
  const columns = stagedColumns(table);
  await client.query(sql`
    CREATE TEMP TABLE ${ident('written_rows')} (
      ${join(columns.map(({ name, type }) => sql`${ident(name)} ${raw(type)}`))}
    ) ON COMMIT DROP`);
  await copyBytes(client, STAGED, columns, bytes);
  await client.query(sql`ANALYZE ${STAGED}`);
}

function stagedColumns(table: WrittenTable): readonly CopyColumn<WrittenRow>[] {
  const types = [...table.columns, table.time].map(({ type }) => FIELD_COLUMNS[type]);
  return [
    copyColumn(PLACE, 'bigint', ({ at }: WrittenRow) => at),
    ...storedColumns(table).map((name, index) => ({ name, type: types[index]!, of: valueAt(index) })),
  ];
}

/** Columns and values have the same order, so that a value has the type of its column. */
function valueAt(index: number): CopyColumn<WrittenRow>['of'] {
  return ({ values }) => values[index] as ReturnType<CopyColumn<WrittenRow>['of']>;
}

/** The first of the staged rows of each key and moment. */
export function firstRows(table: WrittenTable): Sql {
  const identity = join(identityOf(table).map((column) => ident(column)));
  return sql`SELECT DISTINCT ON (${identity}) * FROM ${STAGED} ORDER BY ${identity}, ${ident(PLACE)}`;
}

/** Two rows of one key and moment with different values, by their places. */
export interface Contradiction {
  readonly first: number;
  readonly second: number;
}

/** Finds staged rows that contradict the first one of their key and moment, in order. */
export async function findContradictions(
  client: Client,
  table: WrittenTable,
  limit: number,
): Promise<Contradiction[]> {
  const { rows } = await client.query<Contradiction>(sql`
    WITH first AS MATERIALIZED (${firstRows(table)})
    SELECT ${ident('first', PLACE)}::float8 AS first, ${ident('other', PLACE)}::float8 AS second
    FROM ${STAGED} AS other JOIN first ON ${matches('other', 'first', identityOf(table))}
    WHERE ${differs('other', 'first', changingColumns(table))}
    ORDER BY 2 LIMIT ${limit}`);
  return rows;
}
