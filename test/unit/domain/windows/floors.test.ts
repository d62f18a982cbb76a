import { expect, test } from 'vitest';
import { type Instant, parseInstant } from '../../../../domain/time/instant.ts';
import { leastWatermark, tellableFrom, tileFloor } from '../../../../domain/windows/floors.ts';
import { compileStreamTable } from '../../../../domain/windows/stream-table.ts';
import { userActivityFeatures } from '../../../../examples/churn/definitions/user-activity-features.ts';
import { userEvents } from '../../../../examples/churn/definitions/user-events.ts';

const at = (time: string): Instant => parseInstant(`2026-03-01T${time}Z`)!;
/** Windows of an hour every 15 minutes. */
const table = compileStreamTable(userActivityFeatures.definition, userEvents.definition);
const tiles = new Map([[table.definition.name, at('10:00:00')]]);

test('tiles go up to the first window that ends after the least watermark, and at most up to the cut', () => {
  const floor = (cut: string, ...watermarks: string[]) =>
    tileFloor(table.window, at(cut), watermarks.map(at));
  expect(floor('12:00:00', '10:59:59', '11:30:00')).toBe(at('10:00:00'));
  expect(floor('12:00:00', '11:00:00', '11:30:00')).toBe(at('10:15:00'));
  expect(floor('10:14:00', '11:00:00')).toBe(at('10:00:00'));
  expect(tileFloor(table.window, at('12:00:00'), [at('11:00:00'), undefined])).toBeUndefined();
});

test('below the tiles a window can be told from the first tile on whose raw events are all there', () => {
  expect(tellableFrom(table, { raw: at('08:00:00'), tiles })).toBe(at('08:00:00'));
  expect(tellableFrom(table, { raw: at('08:00:01'), tiles })).toBe(at('08:15:00'));
  expect(tellableFrom(table, { raw: at('11:00:00'), tiles })).toBe(at('10:00:00'));
  expect(leastWatermark(table, { raw: at('11:00:00'), tiles })).toBe(at('10:45:00'));
});

test('every window can be told where either is whole', () => {
  expect(tellableFrom(table, { raw: undefined, tiles })).toBeUndefined();
  expect(leastWatermark(table, { raw: at('11:00:00'), tiles: new Map() })).toBeUndefined();
});
