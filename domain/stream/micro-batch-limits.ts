import { MOST_ELEMENTS } from '../log/places.ts';
import type { CompiledStreamTable } from '../windows/stream-table.ts';
import { cellsPerRow } from '../windows/tile-pages.ts';
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
  const total = (perTile: (table: CompiledStreamTable) => number): number =>
    tables.reduce((sum, { table, tiles }) => sum + tiles.size * perTile(table), 0);
  return (
    total(({ aggregations }) => aggregations.length) >= MOST_PARTIALS ||
    total((table) => windowsPerTile(table) * cellsPerRow(table)) >= MOST_CELLS
  );
}

function windowsPerTile({ window }: CompiledStreamTable): number {
  return Number(window.length / window.slide);
}

/** The number of records to fold at once, so that the process does other work in between. */
export function recordsPerPage(tables: readonly CompiledStreamTable[]): number {
  const additions = tables.reduce((sum, { aggregations }) => sum + aggregations.length, 1);
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
export function mostEvents({ aggregations }: CompiledStreamTable): number {
  return Math.max(1, Math.floor(MOST_PARTIALS / aggregations.length));
}
