import sql from 'sql-template-tag';
import type { Queryable } from '../sql/client.ts';

/** The number of the last published sync of each table; 0 where there is none. */
export async function lastPublished(db: Queryable, tables: readonly string[]): Promise<number[]> {
  const { rows } = await db.query<{ table: string; sync: number }>(sql`
    SELECT feature_table AS "table", max(sync)::int AS sync FROM asof.online_syncs
    WHERE feature_table = ANY(${[...tables]}) AND published_at IS NOT NULL GROUP BY 1`);
  const syncs = new Map(rows.map(({ table, sync }) => [table, sync]));
  return tables.map((table) => syncs.get(table) ?? 0);
}
