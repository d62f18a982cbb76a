import sql, { join } from 'sql-template-tag';
import type { Instant } from '../../../domain/time/instant.ts';
import { rowReads } from '../../../domain/windows/row-reads.ts';
import type { CompiledStreamTable, EntityKey } from '../../../domain/windows/stream-table.ts';
import { BEGINNING } from '../../../domain/windows/table-merge.ts';
import { TileSet } from '../../../domain/windows/tile-set.ts';
import { type Tile, withTailTiles } from '../../../domain/windows/tile.ts';
import { type EntityRange, touchedWindows, windowRows } from '../../../domain/windows/window-row.ts';
import { windowStart } from '../../../domain/windows/window.ts';
import { matches } from '../../sql/bulk-insert.ts';
import type { Client } from '../../sql/client.ts';
import { ident } from '../../sql/identifier.ts';
import { tilesOf } from '../../sql/relations.ts';
import { toTimestamptz } from '../../sql/timestamp.ts';
import { forgetCarries } from '../../tables/lifetime-carries.ts';
import { upsertsAgainstStored } from '../../tables/stored-rows.ts';
import type { TableWrite } from '../../tables/table-write.ts';
import { readTiles, writeTiles } from '../../tables/tiles.ts';
import { CELLS_PER_PAGE, writeRows } from '../../tables/write-rows.ts';
import { moveToHistory, removeRowsExcept } from './remove-rows.ts';

/** A range of time, `[from, to)`. */
export interface TimeRange {
  readonly from: Instant;
  readonly to: Instant;
}

/** Replaces all tiles of a table that start in a range by `tiles`. */
export async function replaceTilesIn(
  client: Client,
  table: CompiledStreamTable,
  range: TimeRange,
  tiles: readonly Tile[],
): Promise<void> {
  await client.query(sql`DELETE FROM ${tilesOf(table.definition.name)} WHERE ${startsIn(range)}`);
  await forgetCarries(client, table, 'all');
  await writeTiles(client, table, { created: withTailTiles(table, tiles), changed: [] });
}

/**
 * Makes the rows of all windows that end in `(from, to]` those of the stored tiles. A window is written once,
 * also if earlier steps filled some of its tiles. A stored row whose window no longer counts an event is
 * removed.
 *
 * @returns the number of new, changed or removed rows.
 */
export async function writeRowsEndingIn(write: TableWrite, { from, to }: TimeRange): Promise<number> {
  const { client, table } = write;
  const covering = { from: windowStart(table.window, from), to };
  let changed = 0;
  for (const page of keyPages(table, await tileCountsIn(client, table, covering))) {
    const ranges = page.flatMap((key) => readsFor(table, key, { from, to }));
    const tiles = await readTiles(client, table, ranges);
    const touched = touchedWindows(table, tiles)
      .map(({ key, ends }) => ({ key, ends: ends.filter((end) => end > from && end <= to) }))
      .filter(({ ends }) => ends.length > 0);
    const rows = windowRows(table, touched, new TileSet(table, tiles));
    const written = await writeRows(write, rows, (some) => upsertsAgainstStored(client, table, some));
    changed += written.rows;
    if (table.window.tail === undefined) continue;
    const first = from + table.window.slide;
    const whole = page.map((key) => ({ key, first, last: to }));
    changed += await removeRowsExcept(write, whole, touched);
  }
  return changed + (await removeEmptyRows(write, { from, to }));
}

/** The ranges of an entity's tiles from which its rows that end in `(from, to]` are made. */
function readsFor(table: CompiledStreamTable, key: EntityKey, { from, to }: TimeRange): EntityRange[] {
  const { window, lifetime } = table;
  const [slides, ...tails] =
    window.tail === undefined
      ? [{ key, from: windowStart(window, from), to }]
      : rowReads(table, key, { first: from + window.slide, last: to });
  return [lifetime.length === 0 ? slides : { ...slides, from: BEGINNING }, ...tails];
}

/** Moves the rows of windows that end in `(from, to]` and have no tile, nor have just lost one, to the history. */
async function removeEmptyRows(write: TableWrite, { from, to }: TimeRange): Promise<number> {
  const { window, definition } = write.table;
  const { tail = 0n } = window;
  // Of no effect but that the planner leaves the other chunks alone.
  const inReach = startsIn({ from: from - window.length - tail, to });
  return moveToHistory(
    write,
    sql`
      feature_ts > ${toTimestamptz(from)} AND feature_ts <= ${toTimestamptz(to)} AND NOT EXISTS (
        SELECT FROM ${tilesOf(definition.name)} AS tile
        WHERE ${matches('tile', 'stored', definition.primaryKeys)}
          AND tile_start >= window_start - ${`${tail} microseconds`}::interval AND tile_start < feature_ts
          AND admitted_from <= feature_ts AND ${inReach})`,
  );
}

/** An entity, and the number of its tiles in a range. */
interface TileCount {
  readonly key: EntityKey;
  readonly tiles: number;
}

/** Divides entities into pages by the values of their tiles. */
function* keyPages(
  { cells }: CompiledStreamTable,
  counts: readonly TileCount[],
): Generator<readonly EntityKey[]> {
  let page: EntityKey[] = [];
  let held = 0;
  for (const { key, tiles } of counts) {
    if (held > 0 && held + tiles * cells.tile > CELLS_PER_PAGE) {
      yield page;
      [page, held] = [[], 0];
    }
    page.push(key);
    held += tiles * cells.tile;
  }
  if (page.length > 0) yield page;
}

/** The entities with tiles that start in a range. */
async function tileCountsIn(
  client: Client,
  table: CompiledStreamTable,
  range: TimeRange,
): Promise<TileCount[]> {
  const { name, primaryKeys } = table.definition;
  const keys = join(primaryKeys.map((key) => ident(key)));
  const { rows } = await client.query<TileCount>(sql`
    SELECT ARRAY[${keys}] AS key, count(*)::float8 AS tiles
    FROM ${tilesOf(name)} WHERE ${startsIn(range)} GROUP BY ${keys} ORDER BY key`);
  return rows;
}

function startsIn({ from, to }: TimeRange) {
  return sql`tile_start >= ${toTimestamptz(from)} AND tile_start < ${toTimestamptz(to)}`;
}
