import { expect, test } from 'vitest';
import { formatDuration, parseDuration } from '../../../../domain/time/duration.ts';

test.each([
  ['0 seconds', 0n],
  ['250 milliseconds', 250_000n],
  ['1 second', 1_000_000n],
  ['15 minutes', 900_000_000n],
  ['1 hour', 3_600_000_000n],
  ['30 days', 2_592_000_000_000n],
])('%s is %s microseconds', (text, micros) => {
  expect(parseDuration(text)).toBe(micros);
});

test.each(['90 seconds', '1 second', '25 hours', '2 days', '1001 milliseconds'])(
  '%s is written as it is',
  (text) => {
    expect(formatDuration(parseDuration(text)!)).toBe(text);
  },
);

test('a duration is written in its largest unit', () => {
  expect(formatDuration(parseDuration('120 minutes')!)).toBe('2 hours');
});

test.each([
  '',
  '15',
  'minutes',
  '15minutes',
  '15  minutes',
  '1.5 hours',
  '-1 hour',
  '1 week',
  '1 Hour',
  'PT1H',
  '1 constructor',
])('%j is not a duration', (text) => {
  expect(parseDuration(text)).toBeUndefined();
});
