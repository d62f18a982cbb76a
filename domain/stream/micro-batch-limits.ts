import { MOST_ELEMENTS } from '../log/places.ts';
import type { CompiledStreamTable } from '../windows/stream-table.ts';
import { cellsPerRow, rowsOf } from '../windows/tile-pages.ts';
import type { TileSet } from '../windows/tile-set.ts';

/** The partials that a micro-batch holds at most, some 100 to 200 bytes each. They bound its memory. */
const MOST_PARTIALS = 1_000_000;

/** The values of rows that a micro-batch writes at most. They bound the length of its transaction. */
const MOST_CELLS = 50_000_000;

/** The places of records with several events that a micro-batch takes before it ends. */
export const MOST_PLACES = 100_000;

/** The additions of a value to a partial that are made at once, in a few tens of milliseconds. */
const ADDITIONS_PER_PAGE = 250_000;
const MOST_RECORDS_PER_PAGE = 1_000;

/** What a micro-batch has made so far of one table. */
export interface TableTiles {
  readonly table: CompiledStreamTable;
  readonly tiles: TileSet;
}

/**
 * Whether the tiles are as many as a micro-batch should have, by the number of features and of windows. The
 * micro-batch then ends early, which changes no result.
 */
export function isFull(tables: readonly TableTiles[]): boolean {
  const total = (of: (made: TableTiles) => number): number => tables.reduce((sum, made) => sum + of(made), 0);
  return (
    total(({ table, tiles }) => tiles.size * table.cells.tile) >= MOST_PARTIALS ||
    total(({ table, tiles }) => rowsOf(table, tiles) * cellsPerRow(table)) >= MOST_CELLS
  );
}

/** The number of records to fold at once, so that the process does other work in between. */
export function recordsPerPage(tables: readonly CompiledStreamTable[]): number {
  const additions = tables.reduce((sum, { cells }) => sum + cells.tile, 1);
  return Math.max(1, Math.min(MOST_RECORDS_PER_PAGE, Math.floor(ADDITIONS_PER_PAGE / additions)));
}

/**
 * The number of elements that a record may hold. All of them are folded and committed at once, each perhaps into
 * a tile of its own.
 */
export function mostElements(tables: readonly CompiledStreamTable[]): number {
  return Math.min(MOST_ELEMENTS, ...tables.map(mostEvents));
}

/** The number of events whose tiles are within the limits, if each event makes a tile of its own. */
export function mostEvents({ cells }: CompiledStreamTable): number {
  return Math.max(1, Math.floor(MOST_PARTIALS / cells.tile));
}
