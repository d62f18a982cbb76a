import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { RawEvent } from '../../../../domain/log/raw-event.ts';
import { streamEngine } from '../../../../domain/stream/micro-batch.ts';
import { refold, refoldMerged } from '../../../../domain/windows/refold.ts';
import type { CompiledStreamTable } from '../../../../domain/windows/stream-table.ts';
import { withTailTiles } from '../../../../domain/windows/tile.ts';
import { largestTiles, tileStart } from '../../../../domain/windows/window.ts';
import { oracle } from '../../../oracle/oracle.ts';
import { batchings, runInBatches } from '../../support/batching.ts';
import { ACTIVITY, engineFor } from '../../support/engine.ts';
import { everyLength } from '../../support/every-aggregate.ts';
import { forAll, numRuns } from '../../support/for-all.ts';
import { lateRows } from '../../support/oracle-shape.ts';
import { streams } from '../../support/random-stream.ts';
import { storedTiles } from '../../support/stream-store.ts';

const disordered = streams({ disorder: 120, malformed: 2 });
const cutStreams = fc.record({ stream: disordered, batchings });

test('a table filled from raw events has the tiles and late events of one that existed before', () => {
  forAll(cutStreams, ({ stream, batchings: cut }) => {
    const engine = engineFor(stream, [everyLength]);
    const store = runInBatches(stream, engine, cut);
    for (const table of engine.tables) {
      const { name } = table.definition;
      const { tiles, late } = refold(engine.source, table, [...store.raw].reverse());
      const stored = [...store.tables.get(name)!.tiles.values()].map(({ json }) => json).sort();
      expect(storedTiles(table, withTailTiles(table, tiles))).toEqual(stored);
      expect(lateRows(late)).toEqual(lateRows(store.late.filter((event) => event.table === name)));
    }
  });
}, 300_000);

test('merged late events count in all of their windows, other late events in none that they missed', () => {
  let merged = 0;
  const ranges = fc.record({
    stream: disordered,
    batchings,
    first: fc.nat(),
    last: fc.nat(),
    twice: fc.boolean(),
  });
  forAll(ranges, ({ stream, batchings: cut, first, last, twice }) => {
    const engine = engineFor(stream);
    const store = runInBatches(stream, engine, cut);
    if (store.raw.length === 0) return;
    const table = engine.tables.find(({ definition }) => definition.name === ACTIVITY)!;
    const [from, to] = wholeTiles(table, store.raw, first, last);
    const inRange = (moment: bigint): boolean => from <= moment && moment < to;
    merged += store.late.filter(({ event }) => inRange(event.eventTs)).length;
    for (let times = twice ? 2 : 1; times > 0; times -= 1) {
      const events = store.raw.filter(({ event }) => inRange(event.eventTs));
      store.replace(table, from, to, refoldMerged(table, events));
    }
    expect(store.tables.get(ACTIVITY)!.rows).toEqual(
      oracle(stream.records, { ...stream.options, merged: inRange }).windows,
    );
  });
  expect(merged).toBeGreaterThan(numRuns / 2);
});

test('a source that corrects late events counts them in all of their windows and lists them', () => {
  forAll(cutStreams, ({ stream, batchings: cut }) => {
    const { source, tables } = engineFor(stream);
    const store = runInBatches(stream, streamEngine({ ...source, late: 'correct' }, tables), cut);
    const expected = oracle(stream.records, { ...stream.options, merged: () => true });
    expect(store.tables.get(ACTIVITY)!.rows).toEqual(expected.windows);
    expect(lateRows(store.late)).toEqual(expected.late);
  });
});

/** The range of time from the tile of one event to the tile of another, both included. */
function wholeTiles(
  { window }: CompiledStreamTable,
  raw: readonly RawEvent[],
  first: number,
  last: number,
): [from: bigint, to: bigint] {
  const largest = largestTiles(window);
  const [a, b] = [first, last].map((index) => tileStart(largest, raw[index % raw.length]!.event.eventTs)) as [
    bigint,
    bigint,
  ];
  return a < b ? [a, b + largest.slide] : [b, a + largest.slide];
}
