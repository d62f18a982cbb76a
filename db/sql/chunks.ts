import sql, { type Sql, raw } from 'sql-template-tag';
import { AsofError } from '../../domain/errors/asof-error.ts';
import type { Instant } from '../../domain/time/instant.ts';
import { type Client, type Pool, type Queryable, inTransaction } from './client.ts';
import { ident } from './identifier.ts';
import { microsExpression, toTimestamptz } from './timestamp.ts';

/** The time of a chunk, `[from, to)`. */
export interface ChunkSpan {
  readonly from: Instant;
  readonly to: Instant;
}

/**
 * The times of the chunks of a hypertable, in order. Asks the catalogue, so it locks none of the chunks; a
 * statement on all rows would lock each of them.
 */
export async function chunkSpans(db: Queryable, relation: Sql): Promise<ChunkSpan[]> {
  const { rows } = await db.query<{ from: string; to: string }>(sql`
    SELECT ${raw(microsExpression('range_start'))} AS from, ${raw(microsExpression('range_end'))} AS to
    FROM ${chunksOf(relation)} ORDER BY range_start`);
  return rows.map(({ from, to }) => ({ from: BigInt(from), to: BigInt(to) }));
}

/**
 * A chunk of a hypertable: its rows of one range of time, `[from, to)`. Both are texts as Postgres writes
 * them.
 */
interface Chunk {
  /** The relation of the chunk, quoted. */
  readonly relation: string;
  readonly from: string;
  readonly to: string;
}

/**
 * Drops the oldest chunk of a hypertable with all of its rows, if the whole chunk lies before a moment. The
 * caller makes sure that nothing writes there.
 *
 * @returns the number of rows that the chunk had; undefined if there is no such chunk.
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

/**
 * How many chunks a transaction drops. Each takes several places in the server's lock table, which all of its
 * connections share (by default 6,400 places).
 */
const CHUNKS_AT_ONCE = 100;

/** Drops all chunks of a hypertable with their rows, in as many transactions as it takes. */
export async function dropChunks(pool: Pool, relation: Sql): Promise<void> {
  for (;;) {
    const { rows } = await pool.query<{ until: string | null }>(sql`
      SELECT max(range_end)::text AS until FROM (
        SELECT range_end FROM ${chunksOf(relation)} ORDER BY range_end LIMIT ${CHUNKS_AT_ONCE}) AS oldest`);
    const { until } = rows[0]!;
    if (until === null) return;
    await pool.query(
      sql`SELECT drop_chunks(${relation.text}::regclass, older_than => ${until}::timestamptz)`,
    );
  }
}

/**
 * Drops the chunks of a hypertable that lie before a moment and have no rows. A chunk that another
 * transaction is reading stays until the next call, because waiting for the reader would block writers too.
 *
 * @param keepWritersOut blocks every writer of the hypertable until the transaction ends. Without it, a row
 * that is inserted between the check and the drop would be lost with the chunk.
 * @returns the number of chunks that were dropped.
 */
export async function dropEmptyChunks(
  pool: Pool,
  relation: Sql,
  before: Instant,
  keepWritersOut: (client: Client) => Promise<void>,
): Promise<number> {
  let dropped = 0;
  for (const chunk of await chunksBefore(pool, relation, before)) {
    if (!(await isEmpty(pool, chunk))) continue;
    const isDropped = inTransaction(pool, async (client) => {
      await keepWritersOut(client);
      return dropIfEmpty(client, relation, chunk);
    });
    if (await isDropped.catch(notIfLocked)) dropped += 1;
  }
  return dropped;
}

async function dropIfEmpty(client: Client, relation: Sql, chunk: Chunk): Promise<boolean> {
  await client.query("SET LOCAL lock_timeout = '1s'");
  await client.query(sql`LOCK TABLE ${raw(chunk.relation)} IN ACCESS EXCLUSIVE MODE NOWAIT`);
  if (!(await isEmpty(client, chunk))) return false;
  await client.query(sql`
    SELECT drop_chunks(${relation.text}::regclass, older_than => ${chunk.to}::timestamptz, newer_than => ${chunk.from}::timestamptz)`);
  return true;
}

async function isEmpty(db: Queryable, chunk: Chunk): Promise<boolean> {
  const { rows } = await db.query<{ empty: boolean }>(sql`
    SELECT NOT EXISTS (SELECT FROM ${raw(chunk.relation)}) AS empty`);
  return rows[0]!.empty;
}

function notIfLocked(error: unknown): false {
  if (error instanceof AsofError && error.code === 'ASOF_DATABASE_LOCKED') return false;
  throw error;
}

/** The chunks of a hypertable that lie wholly before a moment, the oldest first. */
async function chunksBefore(db: Queryable, relation: Sql, before: Instant): Promise<Chunk[]> {
  const { rows } = await db.query<Chunk>(sql`
    SELECT format('%I.%I', chunk_schema, chunk_name) AS relation, range_start::text AS from, range_end::text AS to FROM timescaledb_information.chunks
    WHERE format('%I.%I', hypertable_schema, hypertable_name)::regclass = ${relation.text}::regclass
      AND range_end <= ${toTimestamptz(before)}
    ORDER BY range_start`);
  return rows;
}

/** The chunks of a hypertable in the catalogue. None if there is no such relation. */
function chunksOf(relation: Sql): Sql {
  return sql`(
    SELECT * FROM timescaledb_information.chunks
    WHERE format('%I.%I', hypertable_schema, hypertable_name)::regclass = to_regclass(${relation.text})) AS chunks`;
}
