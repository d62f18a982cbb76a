import sql, { join } from 'sql-template-tag';
import type { LookupPlan } from '../../domain/training/lookup-plan.ts';
import type { Queryable } from '../sql/client.ts';
import { ident } from '../sql/identifier.ts';
import { featuresOf } from '../sql/relations.ts';

/** The values of a table's primary keys. */
export type TableKey = readonly string[];

/** Those of the keys that the table has, as of any time. */
export async function findKeys(
  db: Queryable,
  { table, primaryKeys }: LookupPlan,
  keys: readonly TableKey[],
): Promise<TableKey[]> {
  const names = primaryKeys.map((_, at) => ident(`k${at}`));
  const lists = primaryKeys.map((_, at) => sql`${keys.map((key) => key[at]!)}::text[]`);
  const isSame = primaryKeys.map((key, at) => sql`${ident('feature', key)} = ${ident('given', `k${at}`)}`);
  const { rows } = await db.query<{ key: string[] }>(sql`
    SELECT DISTINCT ARRAY[${join(names)}] AS key FROM unnest(${join(lists)}) AS given (${join(names)})
    WHERE EXISTS (SELECT FROM ${featuresOf(table)} AS feature WHERE ${join(isSame, ' AND ')})`);
  return rows.map(({ key }) => key);
}

/** Some keys of the table: up to `most`, among as many of its rows. */
export async function someKeys(
  db: Queryable,
  { table, primaryKeys }: LookupPlan,
  most: number,
): Promise<TableKey[]> {
  const own = primaryKeys.map((key) => sql`${ident(key)}::text`);
  const { rows } = await db.query<{ key: string[] }>(sql`
    SELECT DISTINCT ARRAY[${join(own)}] AS key
    FROM (SELECT * FROM ${featuresOf(table)} LIMIT ${most}) AS feature ORDER BY key`);
  return rows.map(({ key }) => key);
}
