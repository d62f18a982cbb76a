import { expect, test } from 'vitest';
import { parseCron } from '../../../../domain/time/cron.ts';
import { formatInstant, parseInstant } from '../../../../domain/time/instant.ts';
import { latestTime, timesBetween, timetableOf } from '../../../../domain/time/timetable.ts';

test('a range of scheduled times includes both of its ends', () => {
  expect(times('0 0 * * *', '2026-02-27T00:00:00Z', '2026-03-01T00:00:00Z')).toEqual([
    '2026-02-27T00:00',
    '2026-02-28T00:00',
    '2026-03-01T00:00',
  ]);
  expect(times('0 0 * * *', '2026-02-27T00:00:00.000001Z', '2026-02-27T23:59:59Z')).toEqual([]);
});

test('fields take steps, ranges and lists, for days of the week and of the month too', () => {
  expect(times('*/30 9-11/2,23 * * 1', '2026-03-01T00:00:00Z', '2026-03-03T00:00:00Z')).toEqual([
    '2026-03-02T09:00',
    '2026-03-02T09:30',
    '2026-03-02T11:00',
    '2026-03-02T11:30',
    '2026-03-02T23:00',
    '2026-03-02T23:30',
  ]);
  expect(times('5 4 31 * *', '2026-01-01T00:00:00Z', '2026-05-01T00:00:00Z')).toEqual([
    '2026-01-31T04:05',
    '2026-03-31T04:05',
  ]);
  expect(times('0 12 * 12 *', '1969-12-30T13:00:00Z', '1970-01-01T00:00:00Z')).toEqual(['1969-12-31T12:00']);
});

test('the latest time is not after the moment', () => {
  const latest = (cron: string, moment: string) => short(latestTime(timetableOf(cron)!, at(moment)));
  expect(latest('0 0 * * *', '2026-03-01T00:00:00Z')).toBe('2026-03-01T00:00');
  expect(latest('0 0 * * *', '2026-02-28T23:59:59.999999Z')).toBe('2026-02-28T00:00');
  expect(latest('0 0 29 2 *', '2104-02-28T00:00:00Z')).toBe('2096-02-29T00:00');
  expect(latest('0 0 30 2 *', '2026-03-01T00:00:00Z')).toBeUndefined();
});

test('months, days of the week and common expressions have names', () => {
  const [from, to] = ['2026-01-01T00:00:00Z', '2027-02-01T00:00:00Z'] as const;
  const equal = [
    ['0 6 * * MON-FRI', '0 6 * * 1-5'],
    ['0 6 * * sun,Sat', '0 6 * * 0,6'],
    ['0 6 * JAN,DEC *', '0 6 * 1,12 *'],
    ['@hourly', '0 * * * *'],
    ['@daily', '0 0 * * *'],
    ['@weekly', '0 0 * * SUN'],
    ['@monthly', '0 0 1 * *'],
    ['@yearly', '0 0 1 1 *'],
  ] as const;
  for (const [named, plain] of equal) expect(times(named, from, to)).toEqual(times(plain, from, to));
});

test.each([
  '',
  '0 0 * *',
  '0 0 * * * *',
  '60 0 * * *',
  '0 24 * * *',
  '0 0 0 * *',
  '0 0 * 13 *',
  '0 0 * * 7',
  '5/10 * * * *',
  '*/0 * * * *',
  '9-5 * * * *',
  '0 0 1 * 1',
  '0 0 * * MO',
  '0 0 MON * *',
  '0 0 * * FRI-SUN',
  '@every 1h',
  'toString',
])("'%s' is not a schedule", (text) => {
  expect(parseCron(text)).toBeUndefined();
});

function times(cron: string, from: string, to: string): (string | undefined)[] {
  return [...timesBetween(timetableOf(cron)!, at(from), at(to))].map(short);
}

function at(text: string): bigint {
  return parseInstant(text)!;
}

function short(instant: bigint | undefined): string | undefined {
  return instant === undefined ? undefined : formatInstant(instant).slice(0, 16);
}
