import type { StreamTable } from './stream-table.ts';
import type { Tile } from './tile.ts';
import { mergeTiles, TileSet } from './tile-set.ts';
import { hasRow, windowRows, type TouchedWindows, type WindowRow } from './window-row.ts';

/** Things to write, apart by whether one of the same identity is stored. */
export interface Split<Thing> {
  readonly created: readonly Thing[];
  readonly changed: readonly Thing[];
}

/** What incoming tiles make of a table. */
export interface TableChange {
  readonly tiles: Split<Tile>;
  readonly rows: Split<WindowRow>;
}

/**
 * Merges incoming tiles into the stored ones. `stored` holds every stored tile of the touched windows; a row is stored
 * exactly where a stored tile is part of its window.
 */
export function mergeIntoStored(
  table: StreamTable,
  touched: readonly TouchedWindows[],
  stored: readonly Tile[],
  incoming: readonly Tile[],
): TableChange {
  const storedTiles = new TileSet(stored);
  const merged = mergeTiles(table, stored, incoming);
  return {
    tiles: split(
      incoming.map((tile) => merged.get(tile)!),
      (tile) => storedTiles.get(tile) !== undefined,
    ),
    rows: split(windowRows(table, touched, merged), (row) => hasRow(table, storedTiles, row)),
  };
}

function split<Thing>(things: readonly Thing[], isStored: (thing: Thing) => boolean): Split<Thing> {
  const created: Thing[] = [];
  const changed: Thing[] = [];
  for (const thing of things) (isStored(thing) ? changed : created).push(thing);
  return { created, changed };
}
