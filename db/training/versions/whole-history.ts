import sql, { raw } from 'sql-template-tag';
import type { Instant } from '../../../domain/time/instant.ts';
import type { Queryable } from '../../sql/client.ts';
import { microsExpression } from '../../sql/timestamp.ts';

/** A table of which retention has removed versions. */
export interface PrunedTable {
  readonly table: string;
  /** From then on the versions are whole: those that are gone had successors that were known, and published. */
  readonly wholeFrom: Instant;
}

/** Those of the tables, in their order, that have lost versions which could be read as of a moment or later. */
export async function prunedTables(
  db: Queryable,
  tables: readonly string[],
  earliest: Instant,
): Promise<PrunedTable[]> {
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
  return tables.flatMap((table) => {
    const wholeFrom = from.get(table);
    return wholeFrom !== undefined && wholeFrom > earliest ? [{ table, wholeFrom }] : [];
  });
}
