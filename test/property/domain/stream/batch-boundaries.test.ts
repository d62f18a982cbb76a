import fc from 'fast-check';
import { expect, test } from 'vitest';
import { oracle } from '../../../oracle/oracle.ts';
import { batchings, runAtOnce, runInBatches } from '../../support/batching.ts';
import { ACTIVITY, engineFor } from '../../support/engine.ts';
import { everyAggregate, everyLength } from '../../support/every-aggregate.ts';
import { forAll } from '../../support/for-all.ts';
import { lateRows, rawRows } from '../../support/oracle-shape.ts';
import { streams } from '../../support/random-stream.ts';

const cases = fc.record({ stream: streams({ disorder: 60 }), batchings });

test("the rows equal the oracle's, however the log is divided into micro-batches and shards", () => {
  forAll(cases, ({ stream, batchings }) => {
    const store = runInBatches(stream, engineFor(stream), batchings);
    const expected = oracle(stream.records, stream.options);
    expect(store.tables.get(ACTIVITY)!.rows).toEqual(expected.windows);
    expect(rawRows(stream, store.raw)).toEqual(expected.raw);
    expect(lateRows(store.late)).toEqual(expected.late);
  });
});

test('the stored tiles and rows of every aggregate equal those of one micro-batch, byte for byte', () => {
  forAll(cases, ({ stream, batchings }) => {
    const inCuts = runInBatches(stream, engineFor(stream, [everyLength]), batchings);
    const atOnce = runAtOnce(stream, engineFor(stream, [everyLength]));
    for (const [name, { tiles, rows }] of atOnce.tables) {
      expect(inCuts.tables.get(name)!.tiles).toEqual(tiles);
      expect(inCuts.tables.get(name)!.rows).toEqual(rows);
    }
  });
}, 300_000);

test('another interleaving of the partitions gives the same tiles and rows', () => {
  const shuffled = streams().chain((stream) =>
    fc.shuffledSubarray([0, 1, 2], { minLength: 3 }).map((order) => ({ stream, order })),
  );
  forAll(shuffled, ({ stream, order }) => {
    const engine = engineFor(stream, [everyAggregate]);
    const inOrder = order.map((partition) => ({
      partitions: [partition],
      records: Infinity,
      fate: 'waits' as const,
    }));
    const interleaved = runInBatches(stream, engine, inOrder);
    for (const [name, { tiles, rows }] of runAtOnce(stream, engine).tables) {
      expect(interleaved.tables.get(name)!.tiles).toEqual(tiles);
      expect(interleaved.tables.get(name)!.rows).toEqual(rows);
    }
  });
});
