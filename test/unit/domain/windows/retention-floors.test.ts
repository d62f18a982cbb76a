import { expect, test } from 'vitest';
import { type Instant, parseInstant } from '../../../../domain/time/instant.ts';
import { computableFrom, leastWatermark, tileFloor } from '../../../../domain/windows/retention-floors.ts';
import { compileStreamTable } from '../../../../domain/windows/stream-table.ts';
import { userActivityFeatures } from '../../../../examples/churn/definitions/user-activity-features.ts';
import { userEvents } from '../../../../examples/churn/definitions/user-events.ts';

/** The table has windows of an hour every 15 minutes. */
const table = compileStreamTable(userActivityFeatures.definition, userEvents.definition);
const tiles = new Map([[table.definition.name, at('10:00:00')]]);
const none = new Map<string, Instant>();

test('tiles may be removed up to the first window still open, and at most up to the cutoff', () => {
  const floor = (cutoff: string, ...watermarks: string[]) =>
    tileFloor(table.window, at(cutoff), watermarks.map(at));
  expect(floor('12:00:00', '10:59:59', '11:30:00')).toBe(at('10:00:00'));
  expect(floor('12:00:00', '11:00:00', '11:30:00')).toBe(at('10:15:00'));
  expect(floor('10:14:00', '11:00:00')).toBe(at('10:00:00'));
  expect(tileFloor(table.window, at('12:00:00'), [at('11:00:00'), undefined])).toBeUndefined();
});

test('below the stored tiles, windows can be computed where all raw events are stored', () => {
  expect(computableFrom(table, { raw: at('08:00:00'), tiles, joined: none })).toBe(at('08:00:00'));
  expect(computableFrom(table, { raw: at('08:00:01'), tiles, joined: none })).toBe(at('08:15:00'));
  expect(computableFrom(table, { raw: at('11:00:00'), tiles, joined: none })).toBe(at('10:00:00'));
  expect(leastWatermark(table, { raw: at('11:00:00'), tiles, joined: none })).toBe(at('10:45:00'));
});

test('every window can be computed if either the raw events or the tiles are complete', () => {
  expect(computableFrom(table, { raw: undefined, tiles, joined: none })).toBeUndefined();
  expect(leastWatermark(table, { raw: at('11:00:00'), tiles: none, joined: none })).toBeUndefined();
});

test('a table that joined later has no window below the floor of that time, wherever its tiles are', () => {
  const joined = new Map([[table.definition.name, at('09:20:00')]]);
  for (const floors of [
    { raw: at('09:20:00'), tiles: none },
    { raw: at('12:00:00'), tiles: none },
    { raw: at('12:00:00'), tiles: new Map([[table.definition.name, at('09:00:00')]]) },
  ]) {
    expect(computableFrom(table, { ...floors, joined })).toBe(at('09:30:00'));
    expect(leastWatermark(table, { ...floors, joined })).toBe(at('10:15:00'));
  }
  expect(computableFrom(table, { raw: at('12:00:00'), tiles, joined })).toBe(at('10:00:00'));
});

function at(time: string): Instant {
  return parseInstant(`2026-03-01T${time}Z`)!;
}
