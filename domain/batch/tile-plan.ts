import type { Instant } from '../time/instant.ts';
import { type Day, type DayTile, TOP_LEVEL, endOf, partsOf, startOf, tileId, tileWith } from './day-tiles.ts';

/** What is known of the events of a source and of the tiles of a table on it. */
export interface TileState {
  /** The days that have events, with the sequence of the last write that changed them. */
  readonly changed: ReadonlyMap<Day, bigint>;
  /** By {@link tileId}: the sequence up to which a tile has seen writes. */
  readonly made: ReadonlyMap<string, bigint>;
  /** The moment from which on the days with events are listed. Undefined: all are. */
  readonly listedFrom: Instant | undefined;
  /** The moment before which retention may have removed raw events. Undefined: it removed none. */
  readonly floor: Instant | undefined;
  /** The days at whose beginnings the table was computed, in order. */
  readonly computed: readonly Day[];
}

/** A tile to make. */
export interface TileStep {
  readonly tile: DayTile;
  /** Whether it was made before. */
  readonly isKnown: boolean;
  /** Whether one that was made before is merged from it. */
  readonly isPartOfKnown: boolean;
}

/** The tiles that a logical time lacks. */
export interface TilePlan {
  /** The days whose tiles are made from raw events, in order. */
  readonly days: readonly TileStep[];
  /** The longer tiles to merge after that, each after those that it is merged from. */
  readonly merges: readonly TileStep[];
  /** Whether a day that is needed has no tiles, and retention may have removed its events. */
  readonly isLost: boolean;
}

/**
 * Plans the tiles that rows as of the beginning of a day need: those of the days before it that have events and
 * no tiles, or that changed since their tiles were made. A day below the floor keeps the tiles that it has; none
 * if it had no events when the table was computed over it.
 *
 * @param span how many days before the day the table reads. Undefined: all.
 */
export function planTiles(state: TileState, span: number | undefined, to: Day): TilePlan {
  const { changed, made, listedFrom, floor } = state;
  const from = span === undefined ? undefined : to - span;
  const read = [...changed.keys()].filter((day) => day < to && (from === undefined || day >= from));
  const seen = (day: Day): bigint | undefined => made.get(tileId(tileWith(day, 0)));
  const isAbove = (day: Day): boolean => floor === undefined || startOf(day) >= floor;
  const days = read
    .filter((day) => isAbove(day) && (seen(day) ?? -1n) < changed.get(day)!)
    .sort((a, b) => a - b);
  const making = new Set(days);
  const isWithout = (day: Day): boolean =>
    !making.has(day) && seen(day) === undefined && (isAbove(day) || !isCovered(state, span, day));
  const isUnlisted = listedFrom !== undefined && (from === undefined || startOf(from) < listedFrom);
  const stepOf = (tile: DayTile): TileStep => ({
    tile,
    isKnown: made.has(tileId(tile)),
    isPartOfKnown: made.has(tileId(tileWith(tile.firstDay, tile.level + 1))),
  });
  const without = [...changed.keys()].filter(isWithout);
  return {
    days: days.map((day) => stepOf(tileWith(day, 0))),
    merges: planMerges(state, { making, without, to }).map(stepOf),
    isLost: isUnlisted || read.some(isWithout),
  };
}

/** Whether the table was computed as of a moment for which it read the day. */
function isCovered({ computed }: TileState, span: number | undefined, day: Day): boolean {
  return computed.some((at) => at > day && (span === undefined || at <= day + span));
}

interface Days {
  /** Those whose tiles are made from raw events. */
  readonly making: ReadonlySet<Day>;
  /** Those that have events and will have no tiles. */
  readonly without: readonly Day[];
  readonly to: Day;
}

/** The longer tiles whose days all have tiles now, and those of which a part changes. */
function planMerges({ changed, made }: TileState, { making, without, to }: Days): DayTile[] {
  const merges = new Map<string, DayTile>();
  for (let level = 1; level <= TOP_LEVEL; level += 1) {
    const incomplete = new Set(without.map((day) => tileId(tileWith(day, level))));
    for (const day of changed.keys()) {
      const tile = tileWith(day, level);
      const id = tileId(tile);
      const isChanged = partsOf(tile).some((part) =>
        part.level === 0 ? making.has(part.firstDay) : merges.has(tileId(part)),
      );
      const isDue = endOf(tile) <= to && !incomplete.has(id);
      if (made.has(id) ? isChanged : isDue) merges.set(id, tile);
    }
  }
  return [...merges.values()];
}
