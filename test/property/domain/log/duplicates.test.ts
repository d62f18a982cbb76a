import fc from 'fast-check';
import { expect, test } from 'vitest';
import { oracle } from '../../../oracle/oracle.ts';
import { batchings, runInBatches } from '../../support/batching.ts';
import { ACTIVITY, engineFor, foldAll } from '../../support/engine.ts';
import { forAll, numRuns } from '../../support/for-all.ts';
import { lateRows, rawRows } from '../../support/oracle-shape.ts';
import { repeatingStreams } from '../../support/random-stream.ts';
import { Stream } from '../../support/stream.ts';

const repeating = repeatingStreams({ disorder: 60, maxLength: 32 });

test("duplicates equal the oracle's and count in no window, however the log is divided into batches", () => {
  let duplicates = 0;
  let originals = 0;
  forAll(fc.record({ stream: repeating, batchings }), ({ stream, batchings }) => {
    const store = runInBatches(stream, engineFor(stream), batchings);
    const expected = oracle(stream.records, stream.options);
    expect(rawRows(stream, store.raw)).toEqual(expected.raw);
    expect(lateRows(store.late)).toEqual(expected.late);
    expect(store.tables.get(ACTIVITY)!.rows).toEqual(expected.windows);
    duplicates += expected.raw.filter(({ duplicate }) => duplicate).length;
    originals += expected.raw.filter(({ duplicate }) => !duplicate).length;
  });
  expect(duplicates).toBeGreaterThan(numRuns);
  expect(originals).toBeGreaterThan(numRuns);
});

test('duplicates move the watermark as originals do', () => {
  forAll(repeating, (stream) => {
    const { deduplicate: _, ...settings } = stream.settings;
    const plain = new Stream(stream.records, settings);
    const watermarks = (of: Stream) => foldAll(of).raw.map(({ watermark }) => watermark);
    expect(watermarks(stream)).toEqual(watermarks(plain));
  });
});

test('an event with a null in a named field is never a duplicate', () => {
  forAll(repeating, (stream) => {
    const { by } = stream.settings.deduplicate!;
    const { raw } = oracle(stream.records, stream.options);
    for (const row of raw) if (by.some((name) => row[name] === null)) expect(row.duplicate).toBe(false);
  });
});
