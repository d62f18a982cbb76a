import { type Instant, floorTo } from '../time/instant.ts';
import { clockIn } from '../time/zone.ts';
import type { Compute } from './value.ts';

const HOUR = 3_600_000_000n;
const DAY = 24n * HOUR;
/** The day of the week of 1970-01-01, a Thursday, counted from Monday as 0. */
const FIRST_WEEKDAY = 3n;
const DAYS_OF_WEEK = 7n;

/** The hour that clocks of a zone show: 0 to 23. */
export function hourOfDay(zone: string): Compute {
  const clock = clockIn(zone);
  return ([moment]) => {
    const shown = clock(moment as Instant);
    return shown === undefined ? null : Number((shown - floorTo(shown, DAY)) / HOUR);
  };
}

/** The day of the week that calendars in a zone show: 1 is Monday, 7 is Sunday. */
export function dayOfWeek(zone: string): Compute {
  const clock = clockIn(zone);
  return ([moment]) => {
    const shown = clock(moment as Instant);
    if (shown === undefined) return null;
    const days = floorTo(shown, DAY) / DAY + FIRST_WEEKDAY;
    return Number(days - floorTo(days, DAYS_OF_WEEK)) + 1;
  };
}

/** Less than zero if the second moment is the earlier one. */
export function secondsBetween(from: Instant, to: Instant): number {
  return Number(to - from) / 1e6;
}

/** The first second of the year 0, and that of the year 10,000. */
const [EARLIEST_SECOND, END_SECOND] = [-62_167_219_200, 253_402_300_800];

/** The time that is so many seconds after 1970, to the microsecond. Null outside the years 0 to 9999. */
export function timeOf(seconds: number): Instant | null {
  return seconds >= EARLIEST_SECOND && seconds < END_SECOND ? BigInt(Math.round(seconds * 1e6)) : null;
}
