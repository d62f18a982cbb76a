import { DAY, HOUR } from './clock.ts';

/** The weight of each hour of the day, in UTC: low at night, highest in the evening. */
const HOURS = [4, 2, 1, 1, 1, 2, 5, 9, 12, 14, 15, 16, 18, 16, 15, 15, 16, 18, 22, 26, 28, 24, 16, 9];
const TOTAL = HOURS.reduce((total, weight) => total + weight, 0);

/** The weight of each weekday, from Thursday on, because 1970-01-01 was a Thursday. */
const WEEKDAYS = [1, 1, 1.25, 1.25, 0.8, 0.85, 0.85];

/** The share of an average day's visits that begins in the hour that starts at `hour`, in ms since 1970. */
export function shareOfDay(hour: number): number {
  const weekday = floorMod(Math.floor(hour / DAY), 7);
  return (HOURS[floorMod(hour, DAY) / HOUR]! / TOTAL) * WEEKDAYS[weekday]!;
}

function floorMod(value: number, modulus: number): number {
  return value - Math.floor(value / modulus) * modulus;
}
