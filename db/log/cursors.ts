import sql, { raw } from 'sql-template-tag';
import { AsofError } from '../../domain/errors/asof-error.ts';
import type { Watermark } from '../../domain/log/watermark.ts';
import { bulkInsert, unnest } from '../sql/bulk-insert.ts';
import type { Client, Queryable } from '../sql/client.ts';
import { ident } from '../sql/identifier.ts';
import { microsExpression, toTimestamptz } from '../sql/timestamp.ts';

/**
 * The last record that was read of a partition. The fingerprint tells it from another record at its offset.
 */
export interface LastRecord {
  readonly offset: bigint;
  readonly fingerprint: string;
}

/** How far the stream has read one partition: the next offset to read, and the watermark there. */
export interface Cursor {
  readonly partition: number;
  readonly nextOffset: bigint;
  readonly watermark: Watermark;
  /** Undefined if no record has been read. */
  readonly last: LastRecord | undefined;
}

/** The offsets `[from, to)` of a partition, and the watermark after them. */
export interface CursorMove {
  readonly partition: number;
  readonly from: bigint;
  readonly to: bigint;
  readonly watermark: Watermark;
  /** Omitted or undefined: none of the offsets had a record. */
  readonly last?: LastRecord | undefined;
}

interface CursorRow {
  readonly partition: number;
  readonly next_offset: string;
  readonly watermark: string | null;
  readonly last_offset: string | null;
  readonly last_fingerprint: string | null;
}

/** The cursors of a source, by partition. */
export async function readCursors(db: Queryable, source: string): Promise<Cursor[]> {
  const { rows } = await db.query<CursorRow>(sql`
    SELECT kafka_partition AS partition, next_offset, last_offset, last_fingerprint, ${raw(microsExpression('watermark'))} AS watermark
    FROM asof.stream_cursors WHERE source = ${source} ORDER BY kafka_partition`);
  return rows.map(({ partition, next_offset, watermark, last_offset, last_fingerprint }) => ({
    partition,
    nextOffset: BigInt(next_offset),
    watermark: watermark === null ? undefined : BigInt(watermark),
    last: last_offset === null ? undefined : { offset: BigInt(last_offset), fingerprint: last_fingerprint! },
  }));
}

/**
 * Creates the cursors of partitions that have none, at the given offsets. Existing cursors stay unchanged.
 */
export async function createCursors(
  db: Queryable,
  source: string,
  starts: readonly { partition: number; offset: bigint }[],
): Promise<void> {
  const columns = [
    { name: 'source', type: 'text', values: starts.map(() => source) },
    { name: 'kafka_partition', type: 'int', values: starts.map(({ partition }) => partition) },
    { name: 'next_offset', type: 'bigint', values: starts.map(({ offset }) => offset) },
    { name: 'first_offset', type: 'bigint', values: starts.map(({ offset }) => offset) },
  ];
  await db.query(bulkInsert(ident('asof', 'stream_cursors'), columns, sql`ON CONFLICT DO NOTHING`));
}

/**
 * Moves cursors by compare-and-set, and locks them until commit. Must be the first write of its transaction:
 * an attempt that was taken for dead and comes back then waits for its replacement, and fails.
 *
 * @throws AsofError `ASOF_CURSOR_MOVED` (conflict) when the cursor of a partition is not at `from`.
 */
export async function moveCursors(
  client: Client,
  source: string,
  moves: readonly CursorMove[],
): Promise<void> {
  const columns = [
    { name: 'kafka_partition', type: 'int', values: moves.map(({ partition }) => partition) },
    { name: 'from_offset', type: 'bigint', values: moves.map(({ from }) => from) },
    { name: 'to_offset', type: 'bigint', values: moves.map(({ to }) => to) },
    {
      name: 'watermark',
      type: 'timestamptz',
      values: moves.map(({ watermark }) => (watermark === undefined ? null : toTimestamptz(watermark))),
    },
    { name: 'last_offset', type: 'bigint', values: moves.map(({ last }) => last?.offset ?? null) },
    { name: 'last_fingerprint', type: 'text', values: moves.map(({ last }) => last?.fingerprint ?? null) },
  ];
  const { rowCount } = await client.query(sql`
    UPDATE asof.stream_cursors AS cursor
    SET next_offset = move.to_offset,
        watermark = move.watermark,
        last_offset = coalesce(move.last_offset, cursor.last_offset),
        last_fingerprint = coalesce(move.last_fingerprint, cursor.last_fingerprint)
    FROM ${unnest(columns, 'move')}
    WHERE cursor.source = ${source}
      AND cursor.kafka_partition = move.kafka_partition
      AND cursor.next_offset = move.from_offset`);
  if (rowCount === moves.length) return;
  throw new AsofError(
    'ASOF_CURSOR_MOVED',
    `another writer moved the cursors of '${source}' meanwhile; nothing was written, read again from the new cursors`,
    {
      details: { source, moves: moves.map(({ partition, from }) => ({ partition, from: String(from) })) },
    },
  );
}

/** By partition: the offset at which the stream of a source began. */
export async function readFirstOffsets(db: Queryable, source: string): Promise<Map<number, bigint>> {
  const { rows } = await db.query<{ partition: number; offset: string }>(sql`
    SELECT kafka_partition AS partition, first_offset AS offset FROM asof.stream_cursors WHERE source = ${source}`);
  return new Map(rows.map(({ partition, offset }) => [partition, BigInt(offset)]));
}

/** The names of the sources that a stream has begun to read. */
export async function readSourcesRead(db: Queryable): Promise<Set<string>> {
  const { rows } = await db.query<{ source: string }>('SELECT DISTINCT source FROM asof.stream_cursors');
  return new Set(rows.map(({ source }) => source));
}
