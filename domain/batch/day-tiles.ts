import { type Instant, floorTo } from '../time/instant.ts';

/** A day in UTC: whole days since 1970-01-01, negative before. */
export type Day = number;

/**
 * The days that a tile of a batch table covers: `4 ** level` days from `firstDay` on, which is a multiple of
 * that number.
 */
export interface DayTile {
  readonly level: number;
  readonly firstDay: Day;
}

const MICROS_PER_DAY = 86_400_000_000n;
/** How many tiles of a level make one of the next. */
const TILES_IN_NEXT = 4;
/** The tiles of this level cover 16,384 days. */
export const TOP_LEVEL = 7;

export function dayOf(instant: Instant): Day {
  return Number(floorTo(instant, MICROS_PER_DAY) / MICROS_PER_DAY);
}

/** The moment when a day begins. */
export function startOf(day: Day): Instant {
  return BigInt(day) * MICROS_PER_DAY;
}

export function daysOf(level: number): number {
  return TILES_IN_NEXT ** level;
}

/** The day after the last one of a tile. */
export function endOf({ level, firstDay }: DayTile): Day {
  return firstDay + daysOf(level);
}

/** The tile of a level that has the day. */
export function tileWith(day: Day, level: number): DayTile {
  return { level, firstDay: Math.floor(day / daysOf(level)) * daysOf(level) };
}

/** The tiles of the level below that a tile is merged from. */
export function partsOf({ level, firstDay }: DayTile): DayTile[] {
  return Array.from({ length: TILES_IN_NEXT }, (_, index) => ({
    level: level - 1,
    firstDay: firstDay + index * daysOf(level - 1),
  }));
}

/** A text that tells tiles apart. */
export function tileId({ level, firstDay }: DayTile): string {
  return `${level} ${firstDay}`;
}

/**
 * The fewest tiles that cover the days `[from, to)`, in order: about three of each level at either end.
 *
 * @param from undefined: all days before `to`, of which `first` is the first that is not empty.
 */
export function tilesOver(from: Day | undefined, to: Day, first: Day): DayTile[] {
  const tiles: DayTile[] = [];
  let day = from ?? tileWith(Math.min(first, to), TOP_LEVEL).firstDay;
  while (day < to) {
    let level = TOP_LEVEL;
    while (tileWith(day, level).firstDay < day || day + daysOf(level) > to) level -= 1;
    const tile = { level, firstDay: day };
    if (endOf(tile) > first) tiles.push(tile);
    day = endOf(tile);
  }
  return tiles;
}
