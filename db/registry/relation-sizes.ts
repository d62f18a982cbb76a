import sql, { type Sql, raw } from 'sql-template-tag';
import type { Queryable } from '../sql/client.ts';

/** How much a relation holds. */
export interface RelationSize {
  /** About how many rows it has, by the statistics of Postgres. */
  readonly rows: number;
  readonly bytes: number;
}

/**
 * The size of a table or hypertable; undefined for a view, or if there is no such relation. Asks the statistics, and
 * counts the rows of those chunks that have none yet, chunk by chunk: one statement on all would lock them all.
 */
export async function relationSize(db: Queryable, relation: Sql): Promise<RelationSize | undefined> {
  const { rows: parts } = await db.query<{ name: string; rows: number; bytes: number }>(sql`
    SELECT oid::regclass::text AS name, reltuples::float8 AS rows, pg_total_relation_size(oid)::float8 AS bytes
    FROM pg_class WHERE relkind IN ('r', 'p') AND (oid = to_regclass(${relation.text})
      OR oid IN (SELECT inhrelid FROM pg_inherits WHERE inhparent = to_regclass(${relation.text})))`);
  if (parts.length === 0) return undefined;
  let rows = 0;
  for (const part of parts) rows += part.rows >= 0 ? part.rows : await countOnly(db, part.name);
  return { rows, bytes: parts.reduce((sum, { bytes }) => sum + bytes, 0) };
}

async function countOnly(db: Queryable, name: string): Promise<number> {
  const { rows } = await db.query<{ count: number }>(
    sql`SELECT count(*)::float8 AS count FROM ONLY ${raw(name)}`,
  );
  return rows[0]!.count;
}
