import fc from 'fast-check';
import { expect, test } from 'vitest';
import { isWakeUp, wakeUps } from '../../../../domain/batch/wake-ups.ts';
import { parseCron, timesOfDay } from '../../../../domain/time/cron.ts';
import { floorTo, formatInstant, fromMillis, parseInstant } from '../../../../domain/time/instant.ts';
import { latestTime, timesBetween, timetableOf } from '../../../../domain/time/timetable.ts';
import { localTimeAt } from '../../../../domain/time/zone.ts';
import { type OracleCron, localTimes } from '../../../oracle/local-times.ts';
import { forAllSlow } from '../../support/for-all.ts';

const DAY = 86_400_000;
const HOUR = 3_600_000_000n;
const range = (first: number, last: number, step = 1): number[] =>
  Array.from({ length: Math.floor((last - first) / step) + 1 }, (_, index) => first + index * step);

const MINUTES: Record<string, number[]> = { '0': [0], '30': [30], '*/15': range(0, 59, 15), '7,59': [7, 59] };
const HOURS: Record<string, number[]> = {
  '*': range(0, 23),
  '0': [0],
  '1': [1],
  '2': [2],
  '0-4': range(0, 4),
  '23': [23],
  '*/6': range(0, 23, 6),
};
const DAYS: Record<string, number[]> = {
  '*': range(0, 6),
  SUN: [0],
  'MON-FRI': range(1, 5),
  'Fri,6': [5, 6],
};

/** Days on which clocks change: by an hour and by half an hour, at midnight, by a whole day; and others. */
const CHANGES: Record<string, string[]> = {
  'Europe/Paris': ['2026-03-29', '2026-10-25', '2027-07-01'],
  'America/New_York': ['2026-03-08', '2026-11-01'],
  'Australia/Lord_Howe': ['2026-04-05', '2026-10-04'],
  'Africa/Cairo': ['2026-04-24', '2026-10-29'],
  'America/Nuuk': ['2027-03-27', '2027-10-30'],
  'America/St_Johns': ['2010-03-14', '2010-11-06', '2010-11-07'],
  'America/Santiago': ['2026-04-05', '2026-09-06'],
  'America/Havana': ['2026-03-08', '2026-11-01'],
  'America/Sao_Paulo': ['2018-02-18', '2018-11-04'],
  'Pacific/Apia': ['2011-12-30', '2012-04-01'],
  'Asia/Kolkata': ['2026-03-29'],
  UTC: ['2026-03-29', '1969-12-31'],
};

const days = fc.oneof(
  fc.constantFrom(
    ...Object.entries(CHANGES).flatMap(([zone, all]) => all.map((day) => ({ zone, day: Date.parse(day) }))),
  ),
  fc.record({
    zone: fc.constantFrom(...Object.keys(CHANGES)),
    day: fc.integer({ min: 400, max: 21_000 }).map((day) => day * DAY),
  }),
);

const cases = fc.record({
  at: days,
  minutes: fc.constantFrom(...Object.keys(MINUTES)),
  hours: fc.constantFrom(...Object.keys(HOURS)),
  days: fc.constantFrom(...Object.keys(DAYS)),
  before: fc.integer({ min: 0, max: 1_500 }),
  after: fc.integer({ min: 0, max: 2_900 }),
});

test('the times of a schedule in a zone are those that a look at every minute of its clocks finds', async () => {
  await forAllSlow(cases, 300, async ({ at: { zone, day }, minutes, hours, days, before, after }) => {
    const schedule = { cron: `${minutes} ${hours} * * ${days}`, timezone: zone };
    const meant: OracleCron = {
      minutes: MINUTES[minutes]!,
      hours: HOURS[hours]!,
      daysOfMonth: range(1, 31),
      daysOfWeek: DAYS[days]!,
    };
    const [from, to] = [day - before * 60_000, day + after * 60_000];
    const expected = localTimes(meant, zone, from, to).map((time) => formatInstant(fromMillis(time)));
    const timetable = timetableOf(schedule)!;
    const found = [...timesBetween(timetable, fromMillis(from), fromMillis(to))].map(formatInstant);
    expect(found).toEqual(expected);
    const last = latestTime(timetable, fromMillis(to))!;
    if (expected.length > 0) expect(formatInstant(last)).toBe(expected.at(-1));
    await Promise.resolve();
  });
});

test('each hour comes at both moments, also where clocks go back just after midnight, to the day before', () => {
  const meant = { minutes: [30], hours: HOURS['*']!, daysOfMonth: range(1, 31), daysOfWeek: range(0, 6) };
  const zone = 'America/St_Johns';
  const hourly = timetableOf({ cron: '30 * * * *', timezone: zone })!;
  for (const day of CHANGES[zone]!.map((text) => Date.parse(text))) {
    const expected = localTimes(meant, zone, day - DAY, day + 2 * DAY);
    const found = [...timesBetween(hourly, fromMillis(day - DAY), fromMillis(day + 2 * DAY))];
    expect(found).toEqual(expected.map(fromMillis));
    // Half past is a whole hour in UTC: three days, and both ends.
    expect(found).toHaveLength(73);
  }
});

test('each day of five years has one midnight in each zone, and the days are 23 to 25 hours long', () => {
  const [from, to] = [Date.parse('2024-01-01'), Date.parse('2029-01-01')];
  for (const zone of Object.keys(CHANGES)) {
    const midnight = timetableOf({ cron: '@daily', timezone: zone })!;
    const times = [...timesBetween(midnight, fromMillis(from), fromMillis(to))];
    expect(Math.abs(times.length - (to - from) / DAY)).toBeLessThanOrEqual(1);
    for (const [index, time] of times.slice(1).entries()) {
      const length = time - times[index]!;
      expect(length >= 23n * HOUR && length <= 25n * HOUR, `${zone} ${formatInstant(time)}`).toBe(true);
    }
  }
});

test('a run starts for each time that clocks skip, at the moment to which it is put on, and no start is taken for a request', () => {
  for (const [zone, skipping] of Object.entries({
    'Europe/Paris': '2026-03-29',
    'America/New_York': '2026-03-08',
    'Africa/Cairo': '2026-04-24',
    'America/Santiago': '2026-09-06',
    'America/Havana': '2026-03-08',
    'America/Nuuk': '2027-03-27',
  })) {
    const day = Date.parse(skipping);
    for (const [hours, days] of [
      ...['0', '1', '2', '0-4', '23', '*'].map((hours) => [hours, '* * *'] as const),
      ['23', '* * SAT'],
      ['0-23', '8,24,27,29 * *'],
      ['22,23', '27-31 MAR *'],
    ] as const) {
      const schedule = { cron: `30 ${hours} ${days}`, timezone: zone };
      const starts = wakeUps(schedule, fromMillis(Date.parse('2026-01-01'))).flatMap((cron) =>
        shownTimes(cron, zone, day),
      );
      const times = [
        ...timesBetween(timetableOf(schedule)!, fromMillis(day - DAY), fromMillis(day + 2 * DAY)),
      ];
      expect(starts).toEqual(expect.arrayContaining(times.map(formatInstant)));
      for (const start of starts) expect(isWakeUp(timetableOf(schedule)!, parseInstant(start)!)).toBe(true);
      expect(isWakeUp(timetableOf(schedule)!, fromMillis(day + 12 * 60_000))).toBe(false);
    }
  }
});

/** The moments around a day at which clocks do show a time of an expression, which are those that Temporal knows. */
function shownTimes(cron: string, zone: string, day: number): string[] {
  return [
    ...timesBetween(timetableOf({ cron, timezone: zone })!, fromMillis(day - DAY), fromMillis(day + 2 * DAY)),
  ]
    .filter((time) =>
      timesOfDay(parseCron(cron)!, floorTo(localTimeAt(zone, time), 24n * HOUR)).includes(
        localTimeAt(zone, time),
      ),
    )
    .map(formatInstant);
}
