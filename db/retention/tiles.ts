import sql from 'sql-template-tag';
import type { StreamTableDefinition } from '../../domain/registry/definition.ts';
import { type Instant, formatInstant, later } from '../../domain/time/instant.ts';
import { tileFloor } from '../../domain/windows/retention-floors.ts';
import { windowOf } from '../../domain/windows/window.ts';
import { raiseRevisions } from '../commits/source-revisions.ts';
import { readTileFloor } from '../engine/floors.ts';
import { type Cursor, readCursors } from '../log/cursors.ts';
import { dropOldestChunk } from '../sql/chunks.ts';
import { type Client, type Pool, type Queryable, inTransaction } from '../sql/client.ts';
import { tilesOf } from '../sql/relations.ts';
import { toTimestamptz } from '../sql/timestamp.ts';
import { unfilledTables } from '../tables/fills.ts';
import { ROWS_PER_CHUNK } from './expired-ranges.ts';
import { writeTileFloor } from './raise-floors.ts';

/** How far the floor of the tiles of a table can be raised. */
export interface TileFloor {
  /** Tiles before this moment may be removed. Undefined: none may be. */
  readonly floor: Instant | undefined;
  /** What holds other tiles from before the cutoff. Undefined: nothing does. */
  readonly heldBy: string | undefined;
}

/**
 * How far the floor of the tiles of a table can be raised: at most to `cutoff`, and never below the current
 * floor.
 */
export async function foreseeTileFloor(
  db: Queryable,
  table: StreamTableDefinition,
  cutoff: Instant,
): Promise<TileFloor> {
  const stands = await readTileFloor(db, table.name);
  if (stands !== undefined && stands >= cutoff) return { floor: stands, heldBy: undefined };
  const unfilled = await unfilledTables(db, table.source);
  if (unfilled.includes(table.name)) {
    return { floor: stands, heldBy: `${table.name}: the past is being filled in from raw events` };
  }
  const cursors = await readCursors(db, table.source);
  if (cursors.length === 0) return { floor: stands, heldBy: undefined };
  const window = windowOf(table.window);
  const floorOf = (some: readonly Cursor[]) =>
    tileFloor(
      window,
      cutoff,
      some.map(({ watermark }) => watermark),
    );
  const floor = floorOf(cursors);
  const slowest = cursors.find((cursor) => floorOf([cursor]) === floor)!;
  return {
    floor: floor === undefined || stands === undefined ? (floor ?? stands) : later(floor, stands),
    heldBy: floor === cutoff ? undefined : holdOf(slowest),
  };
}

function holdOf({ partition, watermark }: Cursor): string {
  return watermark === undefined
    ? `no event of partition ${partition} has been read, and its first may enter any window`
    : `the watermark of partition ${partition} is ${formatInstant(watermark)}, and its next events may enter windows that end after it`;
}

/**
 * Raises the floor of the tiles of a table as far as possible. Everything that works with tiles holds the
 * revision of the source. It either blocks here or sees the new floor, and no watermark moves while the floor
 * is computed.
 */
export async function raiseTileFloor(
  pool: Pool,
  table: StreamTableDefinition,
  cutoff: Instant,
): Promise<void> {
  const { floor } = await foreseeTileFloor(pool, table, cutoff);
  if (floor === (await readTileFloor(pool, table.name))) return;
  await inTransaction(pool, async (client) => {
    await raiseRevisions(client, [table.source]);
    const now = await foreseeTileFloor(client, table, cutoff);
    if (now.floor !== undefined) await writeTileFloor(client, table.name, now.floor);
  });
}

/** The number of tiles that start in `[from, to)`; all before `to` if `from` is undefined. */
export async function countTiles(
  db: Queryable,
  { name }: StreamTableDefinition,
  from: Instant | undefined,
  to: Instant,
): Promise<number> {
  const isOld = sql`tile_start < ${toTimestamptz(to)}`;
  const isLeft = from === undefined ? sql`true` : sql`tile_start >= ${toTimestamptz(from)}`;
  const { rows } = await db.query<{ count: number }>(sql`
    SELECT count(*)::float8 AS count FROM ${tilesOf(name)} WHERE ${isOld} AND ${isLeft}`);
  return rows[0]!.count;
}

/**
 * Removes some of the tiles below the floor, which nothing reads or writes any more: a whole chunk if it can,
 * else at most {@link ROWS_PER_CHUNK} tiles.
 *
 * @returns the number of removed tiles; 0 when none is left.
 */
export async function removeTilesBelowFloor(pool: Pool, { name }: StreamTableDefinition): Promise<number> {
  const floor = await readTileFloor(pool, name);
  if (floor === undefined) return 0;
  for (;;) {
    const dropped = await dropOldestChunk(pool, tilesOf(name), 'tile_start', floor);
    if (dropped === undefined) break;
    if (dropped > 0) return dropped;
  }
  return inTransaction(pool, (client) => deleteOldest(client, name, floor));
}

async function deleteOldest(client: Client, name: string, floor: Instant): Promise<number> {
  const { rows } = await client.query<{ removed: number }>(sql`
    WITH stretch AS (
      SELECT max(tile_start) AS through FROM (
        SELECT tile_start FROM ${tilesOf(name)} WHERE tile_start < ${toTimestamptz(floor)} ORDER BY tile_start LIMIT ${ROWS_PER_CHUNK}
      ) AS oldest
    ), gone AS (
      DELETE FROM ${tilesOf(name)} USING stretch
      WHERE tile_start <= stretch.through AND tile_start < ${toTimestamptz(floor)} RETURNING 1
    )
    SELECT count(*)::float8 AS removed FROM gone`);
  return rows[0]!.removed;
}
