import { expect, test } from 'vitest';
import type { KafkaRecord } from '../../../../domain/log/kafka-record.ts';
import { streamEngine } from '../../../../domain/stream/micro-batch.ts';
import { type Instant, parseInstant } from '../../../../domain/time/instant.ts';
import { compileStreamTable } from '../../../../domain/windows/stream-table.ts';
import { TileSet } from '../../../../domain/windows/tile-set.ts';
import { touchedWindows, windowRows } from '../../../../domain/windows/window-row.ts';
import { userActivityFeatures } from '../../../../examples/churn/definitions/user-activity-features.ts';
import { userEvents } from '../../../../examples/churn/definitions/user-events.ts';

const table = compileStreamTable(userActivityFeatures.definition, userEvents.definition);
const engine = streamEngine(userEvents.definition, [table]);

test('an event late for the 10:00 window counts in the 10:15 window, though they share its tile', () => {
  const batch = engine.fold(log('09:46:00', '10:10:00', '09:47:00'), new Map());

  expect(
    batch.late.map(({ event, firstMissed, lastMissed }) => [event.offset, firstMissed, lastMissed]),
  ).toEqual([[2n, at('10:00:00'), at('10:00:00')]]);
  expect(countAt(batch, '10:00:00')).toBe(1);
  expect(countAt(batch, '10:15:00')).toBe(3);
  const shared = batch.tiles.get('user_activity_features')!.filter(({ start }) => start === at('09:45:00'));
  expect(shared.map(({ admittedFrom }) => admittedFrom)).toEqual([at('10:00:00'), at('10:15:00')]);
});

test('an event that is late for all of its windows is listed, is a raw event and enters no tile', () => {
  const batch = engine.fold(log('11:30:00', '10:01:00'), new Map());

  expect(batch.late[0]).toMatchObject({ firstMissed: at('10:15:00'), lastMissed: at('11:00:00') });
  expect(batch.raw).toHaveLength(2);
  expect(batch.tiles.get('user_activity_features')).toHaveLength(1);
});

function log(...times: string[]): KafkaRecord[] {
  return times.map((time, index) => ({
    partition: 0,
    offset: BigInt(index),
    kafkaTs: at('12:00:00'),
    key: null,
    value: Buffer.from(JSON.stringify({ user_id: 'u', event_ts: `2026-01-31T${time}Z` })),
  }));
}

/** The number of events in the window that ends at a time. */
function countAt(batch: ReturnType<typeof engine.fold>, time: string): unknown {
  const tiles = batch.tiles.get('user_activity_features')!;
  const rows = [...windowRows(table, touchedWindows(table, tiles), new TileSet(table, tiles))];
  return rows.find(({ end }) => end === at(time))?.values[0];
}

function at(time: string): Instant {
  return parseInstant(`2026-01-31T${time}Z`)!;
}
