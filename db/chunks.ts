import sql, { type Sql } from 'sql-template-tag';
import type { Instant } from '../domain/instant.ts';
import { inTransaction, type Pool, type Queryable } from './client.ts';
import { ident } from './identifier.ts';
import { toTimestamptz } from './timestamp.ts';

/** A chunk of a hypertable: the rows of a stretch of its time, `[from, to)` as Postgres writes it. */
interface Chunk {
  readonly from: string;
  readonly to: string;
}

/**
 * Drops a hypertable's oldest chunk with all of its rows, if it lies before a moment. Nobody may be writing there.
 *
 * @returns how many rows it had; undefined when there is no such chunk.
 */
export async function dropOldestChunk(
  pool: Pool,
  relation: Sql,
  time: string,
  before: Instant,
): Promise<number | undefined> {
  return inTransaction(pool, async (client) => {
    const [oldest] = await chunksBefore(client, relation, before);
    if (!oldest) return undefined;
    const { rows } = await client.query<{ count: number }>(sql`
      SELECT count(*)::float8 AS count FROM ${relation}
      WHERE ${ident(time)} >= ${oldest.from}::timestamptz AND ${ident(time)} < ${oldest.to}::timestamptz`);
    await client.query(
      sql`SELECT drop_chunks(${relation.text}::regclass, older_than => ${oldest.to}::timestamptz)`,
    );
    return rows[0]!.count;
  });
}

/** The chunks of a hypertable that lie before a moment as a whole, the oldest first. */
async function chunksBefore(db: Queryable, relation: Sql, before: Instant): Promise<Chunk[]> {
  const { rows } = await db.query<Chunk>(sql`
    SELECT range_start::text AS from, range_end::text AS to FROM timescaledb_information.chunks
    WHERE format('%I.%I', hypertable_schema, hypertable_name)::regclass = ${relation.text}::regclass
      AND range_end <= ${toTimestamptz(before)}
    ORDER BY range_start`);
  return rows;
}
