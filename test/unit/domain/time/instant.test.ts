import { describe, expect, test } from 'vitest';
import { floorTo, formatInstant, parseInstant } from '../../../../domain/time/instant.ts';

describe('parseInstant', () => {
  test.each([
    ['1970-01-01T00:00:00Z', 0n],
    ['1970-01-01T00:00:00', 0n], // no offset means UTC
    ['1970-01-01t00:00:00z', 0n],
    ['1970-01-01T00:00:00-00:00', 0n],
    ['1970-01-01T05:30:00+05:30', 0n],
    ['1970-01-01T00:00:00.0000019Z', 1n], // floored to the microsecond
    ['1969-12-31T23:59:59.9999999Z', -1n], // also before 1970
    ['2000-02-29T00:00:00Z', 951_782_400_000_000n],
    ['0000-01-01T00:00:00Z', -62_167_219_200_000_000n],
    ['9999-12-31T23:59:59.999999Z', 253_402_300_799_999_999n],
  ])('%s is %s', (text, instant) => {
    expect(parseInstant(text)).toBe(instant);
  });

  test.each([
    '2026-01-31', // no time
    '2026-01-31 10:00:00Z', // a space is not a T
    '2026-01-31T10:00Z',
    '2026-01-31T10:00:00.Z',
    '2026-01-31T10:00:00.',
    '2026-01-31T10:00:00.+01:00',
    '2026-01-31T10:00:00.5+01:00Z',
    '2026-01-31T10:00:00Z\n',
    '2026/01/31T10:00:00Z',
    '2026-01-31T10.00.00Z',
    '2026-01-31T10:00:00+0100',
    '2026-01-31T10:00:00+24:00',
    '2026-02-29T10:00:00Z', // not a leap year
    '1900-02-29T10:00:00Z',
    '2026-01-31T24:00:00Z',
    '2026-06-30T23:59:60Z', // a leap second is not a moment
    '12026-01-31T10:00:00Z',
    ' 2026-01-31T10:00:00Z',
    '',
  ])('%j is not a moment', (text) => {
    expect(parseInstant(text)).toBeUndefined();
  });
});

test.each([
  [0n, '1970-01-01T00:00:00.000000Z'],
  [-1n, '1969-12-31T23:59:59.999999Z'],
  [1_769_853_600_000_001n, '2026-01-31T10:00:00.000001Z'],
  [-62_167_219_200_000_000n, '0000-01-01T00:00:00.000000Z'],
])('formatInstant(%s) is %s', (instant, text) => {
  expect(formatInstant(instant)).toBe(text);
});

test.each([
  [0n, 0n],
  [14n, 0n],
  [15n, 15n],
  [-1n, -15n],
  [-15n, -15n],
  [-16n, -30n],
])('floorTo(%s, 15) is %s', (instant, floor) => {
  expect(floorTo(instant, 15n)).toBe(floor);
});
