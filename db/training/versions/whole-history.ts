import sql, { raw } from 'sql-template-tag';
import type { Instant } from '../../../domain/time/instant.ts';
import type { Queryable } from '../../sql/client.ts';
import { microsExpression } from '../../sql/timestamp.ts';

/**
 * From which moment on the versions of each table are whole: what retention has removed could not be read then, since
 * its successors were known, and published where the table is. Null: retention has removed none.
 */
export async function wholeHistoryFrom(
  db: Queryable,
  tables: readonly string[],
): Promise<(Instant | null)[]> {
  const { rows } = await db.query<{ table: string; from: string }>(sql`
    SELECT floor.feature_table AS "table", ${raw(microsExpression('greatest(known_at, published_at)'))} AS "from"
    FROM asof.history_floors AS floor JOIN asof.writes ON sequence = removed_through
    LEFT JOIN LATERAL (
      SELECT published_at FROM asof.online_syncs AS sync
      WHERE sync.feature_table = floor.feature_table AND published_at IS NOT NULL AND sync.sequence >= removed_through
      ORDER BY sync.sequence LIMIT 1
    ) AS published ON true
    WHERE floor.feature_table = ANY(${[...tables]})`);
  const from = new Map(rows.map(({ table, from }) => [table, BigInt(from)]));
  return tables.map((table) => from.get(table) ?? null);
}
