import { expect, test } from 'vitest';
import { daysSince1970, isDay } from '../../../../domain/time/calendar.ts';

const DAY_MS = 86_400_000;

test('the days of the years 0 to 9999 agree with Date', () => {
  const differing: string[] = [];
  for (let year = 0; year <= 9999; year += 1) {
    for (let month = 1; month <= 12; month += 1) {
      for (const day of [1, 28, 29, 30, 31]) {
        const date = new Date(0);
        date.setUTCFullYear(year, month - 1, day);
        const exists = date.getUTCDate() === day;
        const same = !exists || daysSince1970(year, month, day) === date.getTime() / DAY_MS;
        if (isDay(year, month, day) !== exists || !same) differing.push(`${year}-${month}-${day}`);
      }
    }
  }
  expect(differing).toEqual([]);
});

test.each([
  [2026, 0, 1],
  [2026, 13, 1],
  [2026, 1, 0],
  [2026, 1, 32],
  [NaN, 2, 29],
  [2026, NaN, 1],
  [2026, 1, NaN],
])('%d-%d-%d is not a day', (year, month, day) => {
  expect(isDay(year, month, day)).toBe(false);
});
