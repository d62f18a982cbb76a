import { expect, test } from 'vitest';
import { streamEngine } from '../../../../domain/stream/micro-batch.ts';
import { compileStreamTable } from '../../../../domain/windows/stream-table.ts';
import { userEvents } from '../../../../examples/churn/definitions/user-events.ts';
import { count, streamTable, sum } from '../../../../schemas/index.ts';
import { EXAMPLE, MINUTE } from '../../../oracle/log.ts';
import { StreamStore } from '../../support/stream-store.ts';
import { rfc3339 } from '../../support/stream.ts';

const { definition } = streamTable({
  name: 'lifetimes',
  source: userEvents,
  window: { length: '1 hour', slide: '15 minutes' },
  features: {
    events: count(),
    events_ever: count({ over: 'lifetime' }),
    spent: sum('revenue', { over: 'lifetime' }),
  },
});
const engine = streamEngine(userEvents.definition, [compileStreamTable(definition, userEvents.definition)]);

test('the number of tiles that a micro-batch reads does not grow with the lifetime', () => {
  const store = new StreamStore(engine);
  const table = store.tables.get('lifetimes')!;
  const steps = 400;
  for (let step = 0; step < steps; step += 1) commit(store, step, step * 10);
  const perTile = Number(EXAMPLE.slide / MINUTE) / 10;
  expect(table.tiles.size).toBeGreaterThan(steps / perTile / 1.1);
  // An hour for the windows, and an hour plus the lateness for the margin behind the newest tile.
  expect(Math.max(...table.tilesRead)).toBeLessThanOrEqual(12);
  expect([...table.rows.values()].at(-1)).toMatchObject({ events_ever: steps, spent: 40 });
});

test('an event that is late for all of its windows counts in the lifetimes of later rows', () => {
  const store = new StreamStore(engine);
  const { rows } = store.tables.get('lifetimes')!;
  for (let step = 0; step < 100; step += 1) commit(store, step, step * 60);
  const before = [...rows.keys()];
  commit(store, 100, 30);
  expect([...rows.keys()]).toEqual(before);
  commit(store, 101, 100 * 60);
  expect([...rows.values()].at(-1)).toMatchObject({ events: 1, events_ever: 102 });
});

test('an event older than the carry counts in all later rows, and the next merge reads few tiles', () => {
  const store = new StreamStore(engine);
  const { rows, tilesRead } = store.tables.get('lifetimes')!;
  for (let step = 0; step < 100; step += 1) commit(store, step, step * 60);
  const other = { ...record(0, 30), partition: 1 }; // a partition that is far behind
  store.commit(engine.fold([other], store.watermarks([1])));
  commit(store, 100, 100 * 60);
  expect(tilesRead.slice(-2)).toEqual([100, expect.toSatisfy((tiles: number) => tiles <= 12)]);
  expect([...rows.values()].map(({ events_ever }) => events_ever)).toEqual(
    [...rows.values()].map(({ feature_ts }) => eventsUntil(feature_ts as bigint)),
  );
});

/** The number of events before a moment: one on each hour, and one half an hour after the first. */
function eventsUntil(moment: bigint): number {
  const minutes = Number((moment - record(0, 0).kafkaTs) / MINUTE);
  return Math.ceil(minutes / 60) + (minutes > 30 ? 1 : 0);
}

/** A record of one user, `minutes` after the start. */
function record(offset: number, minutes: number) {
  const kafkaTs = BigInt(Date.parse('2026-03-01T00:00:00Z')) * 1000n + BigInt(minutes) * MINUTE;
  const value = Buffer.from(`{"user_id":"a","revenue":0.1,"event_ts":"${rfc3339(kafkaTs)}"}`);
  return { partition: 0, offset: BigInt(offset), kafkaTs, key: null, value };
}

function commit(store: StreamStore, offset: number, minutes: number): void {
  store.commit(engine.fold([record(offset, minutes)], store.watermarks([0])));
}
