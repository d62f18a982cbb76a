import { expect, test } from 'vitest';
import { parseDuration } from '../../../../domain/time/duration.ts';
import { formatInstant, parseInstant } from '../../../../domain/time/instant.ts';
import {
  admittedFrom,
  exitFrom,
  firstWindowEnd,
  lastRowEnd,
  lastWindowEnd,
  windowEnds,
  windowStart,
} from '../../../../domain/windows/window.ts';
import { userActivityFeatures } from '../../../../examples/churn/definitions/user-activity-features.ts';

const { length, slide } = userActivityFeatures.definition.window;
const window = { length: parseDuration(length)!, slide: parseDuration(slide)! };

test.each([
  ['10:03:00', '10:15 10:30 10:45 11:00'],
  ['09:59:59.999999', '10:00 10:15 10:30 10:45'],
  ['10:00:00', '10:15 10:30 10:45 11:00'], // a window does not contain its end
  ['-23:59:59.999999', '00:00 00:15 00:30 00:45'],
  ['-23:45:00', '00:00 00:15 00:30 00:45'],
  ['-23:44:59.999999', '23:45 00:00 00:15 00:30'],
])('an event at %s is in the windows that end at %s', (time, ends) => {
  const all = windowEnds(window, firstWindowEnd(window, at(time)), lastWindowEnd(window, at(time)));
  expect(all.map(timeOfDay).join(' ')).toBe(ends);
});

test.each([
  ['09:59:59.999999', '10:00'], // the watermark has not passed the end of 10:00
  ['10:00:00', '10:15'], // the watermark has passed it: an end at the watermark is late
  ['10:14:59.999999', '10:15'],
  ['10:40:00', '10:45'], // the event's last window
  ['10:45:00', '11:00'], // the event is late for all of its windows
])(
  'an event at 09:50 that meets the watermark %s is admitted from the window that ends at %s',
  (watermark, end) => {
    expect(timeOfDay(admittedFrom(window, at('09:50:00'), at(watermark)))).toBe(end);
  },
);

test('the first event of a partition meets no watermark and is late for nothing', () => {
  expect(timeOfDay(admittedFrom(window, at('09:50:00'), undefined))).toBe('10:00');
});

/** A time of day on 31 January 2026, or with a leading `-` on the last day before 1970. */
function at(time: string): bigint {
  return time.startsWith('-')
    ? parseInstant(`1969-12-31T${time.slice(1)}Z`)!
    : parseInstant(`2026-01-31T${time}Z`)!;
}

function timeOfDay(instant: bigint): string {
  return formatInstant(instant).slice(11, 16);
}

/** 30 days every 5 minutes, by tails of 8 hours. */
const long = {
  length: parseDuration('30 days')!,
  slide: parseDuration('5 minutes')!,
  tail: parseDuration('8 hours')!,
};

test.each([
  ['2026-03-31T10:05:00Z', '2026-03-01T08:00:00Z'],
  ['2026-03-31T16:00:00Z', '2026-03-01T16:00:00Z'],
  ['1970-01-01T00:00:00Z', '1969-12-02T00:00:00Z'],
  ['1969-12-31T23:55:00Z', '1969-12-01T16:00:00Z'],
])('a window with a tail that ends at %s starts at %s', (end, start) => {
  expect(windowStart(long, parseInstant(end)!)).toBe(parseInstant(start)!);
});

test('an event leaves windows with a tail when the tail after its own begins, and gives them a last row then', () => {
  const moment = parseInstant('2026-03-01T10:03:00Z')!;
  const leaves = parseInstant('2026-03-31T16:00:00Z')!;
  expect(exitFrom(long, moment)).toBe(leaves);
  expect(lastWindowEnd(long, moment)).toBe(leaves - long.slide);
  expect(lastRowEnd(long, moment)).toBe(leaves);
  expect(lastRowEnd(window, moment)).toBe(lastWindowEnd(window, moment));
});
