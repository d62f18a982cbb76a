import type { Watermark } from '../log/watermark.ts';
import { type Instant, earlier, earliest, later, latest } from '../time/instant.ts';
import type { CompiledStreamTable } from './stream-table.ts';
import type { Upserts } from './table-merge.ts';
import type { Tile } from './tile.ts';
import type { EntityRange } from './window-row.ts';
import {
  type WindowSpec,
  firstCompleteTile,
  firstWindowEnd,
  largestTiles,
  tileStart,
  windowStart,
} from './window.ts';

/** What retention has left of the data from which the rows of a source's stream tables are computed. */
export interface RetentionFloors {
  /** From this moment on, raw events and the late list are complete. Undefined if nothing was removed. */
  readonly raw: Instant | undefined;
  /**
   * By table: from this moment on, tiles are complete. Earlier tiles are not stored. Nothing reads or writes
   * them; where one is needed, it is recomputed from its raw events. A table without an entry has lost no
   * tiles.
   */
  readonly tiles: ReadonlyMap<string, Instant>;
  /**
   * By table that joined its source later: the floor of the raw events at that time. No tile was ever made of
   * earlier events. A table without an entry was there from the start, or joined when nothing was removed.
   */
  readonly joined: ReadonlyMap<string, Instant>;
}

export const NO_FLOORS: RetentionFloors = { raw: undefined, tiles: new Map(), joined: new Map() };

/**
 * The moment before which tiles may be removed: at most the cutoff, and no tile of a window that a coming
 * event may still enter. A partition's watermark never goes back, so the watermarks show which windows are
 * still open. Undefined if a partition has no watermark: its first event may enter any window.
 */
export function tileFloor(
  window: WindowSpec,
  cutoff: Instant,
  watermarks: readonly Watermark[],
): Instant | undefined {
  if (watermarks.includes(undefined)) return undefined;
  const firstOpen = watermarks.map((watermark) => windowStart(window, firstWindowEnd(window, watermark!)));
  return earliest([tileStart(largestTiles(window), cutoff), ...firstOpen]);
}

/**
 * Where the first window starts that can be computed, from stored tiles or from raw events. Undefined if all
 * windows can be computed.
 */
export function computableFrom(
  { definition, window }: CompiledStreamTable,
  { raw, tiles, joined }: RetentionFloors,
): Instant | undefined {
  const stored = tiles.get(definition.name);
  const joinedAt = joined.get(definition.name);
  const largest = largestTiles(window);
  const bounds = [
    ...(stored === undefined || raw === undefined ? [] : [earlier(stored, firstCompleteTile(largest, raw))]),
    ...(joinedAt === undefined ? [] : [firstCompleteTile(largest, joinedAt)]),
  ];
  return bounds.length === 0 ? undefined : latest(bounds);
}

/**
 * Where the first tile starts that can be refolded together with the rows of all its windows: its raw events
 * are complete, and all its windows can be computed. Undefined if that holds for all tiles.
 */
export function firstMergeable(table: CompiledStreamTable, floors: RetentionFloors): Instant | undefined {
  const { window } = table;
  if (floors.raw === undefined) return undefined;
  const largest = largestTiles(window);
  const whole = firstCompleteTile(largest, floors.raw);
  const least = leastWatermark(table, floors);
  return least === undefined ? whole : later(whole, firstCompleteTile(largest, least));
}

/**
 * The least watermark of every event. It keeps events out of the windows that cannot be computed; events that
 * miss such windows are listed as late. Where tiles were removed, it has no effect on a partition that had a
 * watermark at that time. It affects only replayed dead letters and the first events of partitions that were
 * added later.
 */
export function leastWatermark(table: CompiledStreamTable, floors: RetentionFloors): Watermark {
  const from = computableFrom(table, floors);
  return from === undefined ? undefined : from + table.window.length - table.window.slide;
}

/** Divides ranges of tiles into those whose tiles are stored and those below the floor. */
export function rangesByFloor(
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

/** The changed tiles that are stored: those at or above the floor. */
export function tilesToStore({ created, changed }: Upserts<Tile>, floor: Instant | undefined): Upserts<Tile> {
  if (floor === undefined) return { created, changed };
  const isStored = ({ start }: Tile): boolean => start >= floor;
  return { created: created.filter(isStored), changed: changed.filter(isStored) };
}
