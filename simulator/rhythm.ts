import { DAY, HOUR } from './clock.ts';

/** How busy the hours of a day are, in UTC: little at night, most in the evening. */
const HOURS = [4, 2, 1, 1, 1, 2, 5, 9, 12, 14, 15, 16, 18, 16, 15, 15, 16, 18, 22, 26, 28, 24, 16, 9];
const TOTAL = HOURS.reduce((total, weight) => total + weight, 0);

/** Weekdays from Thursday on, since the epoch was one. */
const WEEKDAYS = [1, 1, 1.25, 1.25, 0.8, 0.85, 0.85];

/** The share of an average day's visits that begins in the hour from `hour` on. */
export function shareOfDay(hour: number): number {
  const weekday = floorMod(Math.floor(hour / DAY), 7);
  return (HOURS[floorMod(hour, DAY) / HOUR]! / TOTAL) * WEEKDAYS[weekday]!;
}

function floorMod(value: number, modulus: number): number {
  return value - Math.floor(value / modulus) * modulus;
}
