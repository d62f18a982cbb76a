import { expect, test } from 'vitest';
import { parseDuration } from '../../../../domain/time/duration.ts';
import { formatInstant, parseInstant } from '../../../../domain/time/instant.ts';
import {
  admittedFrom,
  firstWindowEnd,
  lastWindowEnd,
  windowEnds,
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
