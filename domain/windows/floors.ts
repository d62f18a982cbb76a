import type { Watermark } from '../log/watermark.ts';
import { type Instant, earlier, earliest, floorTo, later } from '../time/instant.ts';
import type { StreamTable } from './stream-table.ts';
import type { Split } from './table-change.ts';
import type { Tile } from './tile.ts';
import type { EntityRange } from './window-row.ts';
import { type WindowSpec, firstWholeTile, firstWindowEnd } from './window.ts';

/** What retention has left of what the rows of a source's stream tables are made of. */
export interface RetentionFloors {
  /** From here on raw events are whole, and so is the list of the late ones; undefined where nothing was removed. */
  readonly raw: Instant | undefined;
  /**
   * By table: from here on tiles are whole. Earlier ones are not stored: nobody reads or writes them, and who needs one
   * makes it of its raw events. No entry where nothing was removed.
   */
  readonly tiles: ReadonlyMap<string, Instant>;
}

export const NO_FLOORS: RetentionFloors = { raw: undefined, tiles: new Map() };

/**
 * Before which moment tiles may go: at most `cut`, and no tile of a window that an event still to come may enter, as a
 * partition's watermarks never go back. Undefined where a partition has none: its first event enters any window.
 */
export function tileFloor(
  { length, slide }: WindowSpec,
  cut: Instant,
  watermarks: readonly Watermark[],
): Instant | undefined {
  if (watermarks.includes(undefined)) return undefined;
  const firstOpen = watermarks.map((watermark) => firstWindowEnd({ length, slide }, watermark!) - length);
  return earliest([floorTo(cut, slide), ...firstOpen]);
}

/** Where the first window starts that can be told, from stored tiles or from raw events; undefined where all can. */
export function tellableFrom(
  { definition, window }: StreamTable,
  { raw, tiles }: RetentionFloors,
): Instant | undefined {
  const stored = tiles.get(definition.name);
  if (stored === undefined || raw === undefined) return undefined;
  return earlier(stored, firstWholeTile(window, raw));
}

/**
 * Where the first tile starts that can be folded anew, and the rows of all its windows with it: its raw events are whole,
 * and these windows can be told. Undefined where that is so of all tiles.
 */
export function firstMergeable(table: StreamTable, floors: RetentionFloors): Instant | undefined {
  const { window } = table;
  if (floors.raw === undefined) return undefined;
  const whole = firstWholeTile(window, floors.raw);
  const least = leastWatermark(table, floors);
  return least === undefined ? whole : later(whole, least);
}

/**
 * The watermark that every event meets at least: it keeps events out of the windows that cannot be told any more. Those
 * are listed as late. It touches no partition that had a watermark when the tiles went, only dead letters that are
 * replayed and the first events of a partition that was added later.
 */
export function leastWatermark(table: StreamTable, floors: RetentionFloors): Watermark {
  const from = tellableFrom(table, floors);
  return from === undefined ? undefined : from + table.window.length - table.window.slide;
}

/** Ranges of tiles, apart by whether the tiles are stored. */
export function splitRanges(
  ranges: readonly EntityRange[],
  floor: Instant | undefined,
): { readonly below: EntityRange[]; readonly stored: EntityRange[] } {
  if (floor === undefined) return { below: [], stored: [...ranges] };
  return {
    below: ranges
      .filter(({ from }) => from < floor)
      .map((range) => ({ ...range, to: earlier(range.to, floor) })),
    stored: ranges
      .filter(({ to }) => to > floor)
      .map((range) => ({ ...range, from: range.from < floor ? floor : range.from })),
  };
}

/** The tiles among changed ones that are stored. */
export function tilesToStore({ created, changed }: Split<Tile>, floor: Instant | undefined): Split<Tile> {
  if (floor === undefined) return { created, changed };
  const isStored = ({ start }: Tile): boolean => start >= floor;
  return { created: created.filter(isStored), changed: changed.filter(isStored) };
}
