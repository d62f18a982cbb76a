import fc from 'fast-check';
import { expect, test } from 'vitest';
import { type SchedulePeriod, scheduledTimes, spansOf } from '../../../../domain/batch/schedule.ts';
import { formatInstant } from '../../../../domain/time/instant.ts';
import { timetableOf } from '../../../../domain/time/timetable.ts';
import { forAll } from '../../support/for-all.ts';

const MINUTE = 60_000_000n;
const HOUR = 60;

/** Expressions whose times are told apart by the minute of the hour and the hour of the day. */
const CRONS: Readonly<Record<string, (minute: number) => boolean>> = {
  '* * * * *': () => true,
  '*/15 * * * *': (minute) => minute % 15 === 0,
  '7,30 * * * *': (minute) => [7, 30].includes(minute % HOUR),
  '0 */6 * * *': (minute) => minute % (6 * HOUR) === 0,
};
const expressions = Object.keys(CRONS);

const schedules = fc.record({
  /** The minutes after which the expression changes, and the expressions. */
  changes: fc.array(
    fc.record({ after: fc.integer({ min: 1, max: 300 }), cron: fc.constantFrom(...expressions) }),
    {
      minLength: 1,
      maxLength: 4,
    },
  ),
  seconds: fc.integer({ min: 0, max: 59 }),
  after: fc.integer({ min: 0, max: 900 }),
  length: fc.integer({ min: 0, max: 900 }),
});

test('the times of a changed schedule are those of the expression that held at the time', () => {
  forAll(schedules, ({ changes, seconds, after, length }) => {
    let at = 0;
    const periods = changes.map(({ after: minutes, cron }) => {
      at += minutes;
      return { expression: cron, since: BigInt(at) * MINUTE + BigInt(seconds) * 1_000_000n };
    });
    const expected: bigint[] = [];
    for (let minute = after + 1; minute <= after + length; minute += 1) {
      const time = BigInt(minute) * MINUTE;
      const { expression } = periods.findLast(({ since }) => since <= time) ?? periods[0]!;
      if (CRONS[expression]!(minute)) expected.push(time);
    }
    const compiled = periods.map(({ expression, since }): SchedulePeriod => {
      return { since, timetable: timetableOf(expression)! };
    });
    const [from, to] = [BigInt(after) * MINUTE, BigInt(after + length) * MINUTE];
    expect([...scheduledTimes(compiled, from, to)].map(formatInstant)).toEqual(expected.map(formatInstant));
  });
});

test('spans hold the wanted times, all of them, in order, and no other time of the schedule lies in one', () => {
  forAll(fc.array(fc.boolean(), { maxLength: 40 }), (wanted) => {
    const times = wanted.map((_, index) => BigInt(index) * MINUTE);
    const isWanted = (time: bigint): boolean => wanted[Number(time / MINUTE)]!;
    const spans = spansOf(times, isWanted);
    const covered = spans.flatMap(({ from, to }) => times.filter((time) => from <= time && time <= to));
    expect(covered).toEqual(times.filter(isWanted));
    expect(spans.reduce((sum, span) => sum + span.times, 0)).toBe(covered.length);
    for (const [index, { from }] of spans.slice(1).entries()) {
      expect(times.some((time) => spans[index]!.to < time && time < from)).toBe(true);
    }
  });
});
