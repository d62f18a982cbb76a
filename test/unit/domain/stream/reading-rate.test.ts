import { expect, test } from 'vitest';
import { ReadingRate, roughly, secondsToRead } from '../../../../domain/stream/reading-rate.ts';

test('the rate is unknown until time has passed, and then covers the last minute', () => {
  const rate = new ReadingRate();
  expect(rate.perSecond).toBeNull();
  rate.start(0);
  rate.add(0, 500);
  expect(rate.perSecond).toBeNull();
  rate.add(10_000, 1_500);
  expect(rate.perSecond).toBe(200);
  for (let at = 20_000; at <= 200_000; at += 10_000) rate.add(at, 100);
  expect(rate.perSecond).toBe(10);
});

test('time with nothing to read does not count', () => {
  const rate = new ReadingRate();
  rate.start(0);
  rate.add(1_000, 300);
  rate.start(600_000);
  expect(rate.perSecond).toBe(300);
  rate.add(602_000, 200);
  expect(rate.perSecond).toBe(100);
});

test.each([
  [0, null, 0],
  [0, 10, 0],
  [100, null, null],
  [100, 0, null],
  [100, 30, 4],
])('%i records at %s per second take %s seconds', (records, perSecond, seconds) => {
  expect(secondsToRead(records, perSecond)).toBe(seconds);
});

test.each([
  [0, '0 s'],
  [99, '99 s'],
  [100, '2 min'],
  [5_900, '98 min'],
  [6_000, '2 h'],
])('%i seconds are roughly %s', (seconds, text) => {
  expect(roughly(seconds)).toBe(text);
});
