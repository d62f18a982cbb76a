import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { KafkaRecord } from '../../../../domain/log/kafka-record.ts';
import type { Watermark } from '../../../../domain/log/watermark.ts';
import { oracle } from '../../../oracle/oracle.ts';
import { batchedStreams } from '../../support/batched-streams.ts';
import { batchings, runInBatches } from '../../support/batching.ts';
import { ACTIVITY, engineFor, foldAll } from '../../support/engine.ts';
import { forAll, numRuns } from '../../support/for-all.ts';
import { lateRows, rawRows } from '../../support/oracle-shape.ts';

const cases = fc.record({ stream: batchedStreams({ disorder: 60 }), batchings });

test("the events of records with several equal the oracle's, however the log is divided into batches", () => {
  const found = { elements: 0, late: 0, skipped: 0, deadLetters: 0 };
  forAll(cases, ({ stream, batchings }) => {
    const store = runInBatches(stream, engineFor(stream), batchings);
    const expected = oracle(stream.records, stream.options);
    expect(store.tables.get(ACTIVITY)!.rows).toEqual(expected.windows);
    expect(rawRows(stream, store.raw)).toEqual(expected.raw);
    expect(lateRows(store.late)).toEqual(expected.late);
    expect(store.deadLetters.map(({ record }) => place(record)).sort()).toEqual(
      expected.deadLetters.map(place).sort(),
    );
    found.elements += expected.raw.filter(({ kafka_index }) => kafka_index > 0).length;
    found.late += expected.late.length;
    found.skipped += expected.skipped.length;
    found.deadLetters += expected.deadLetters.length;
  });
  for (const count of Object.values(found)) expect(count).toBeGreaterThan(numRuns / 4);
});

test("duplicates in records with several events equal the oracle's", () => {
  const repeating = fc.record({
    stream: batchedStreams({ disorder: 60, maxLength: 32 }, { repeating: true }),
    batchings,
  });
  let siblings = 0;
  forAll(repeating, ({ stream, batchings }) => {
    const store = runInBatches(stream, engineFor(stream), batchings);
    const expected = oracle(stream.records, stream.options);
    expect(rawRows(stream, store.raw)).toEqual(expected.raw);
    expect(store.tables.get(ACTIVITY)!.rows).toEqual(expected.windows);
    siblings += expected.raw.filter(({ duplicate, kafka_index }) => duplicate && kafka_index > 0).length;
  });
  expect(siblings).toBeGreaterThan(numRuns / 8);
});

test('raw events, dead letters and skips are all places of the log, each once', () => {
  forAll(batchedStreams(), (stream) => {
    const { raw, deadLetters, skipped } = foldAll(stream);
    const expected = oracle(stream.records, stream.options);
    const places = [
      ...raw.map(({ event }) => place(event)),
      ...deadLetters.map(({ record }) => place(record)),
      ...skipped.map(({ record }) => place(record)),
    ];
    const all = [
      ...expected.raw.map((row) => `${row.kafka_partition}/${row.kafka_offset}/${row.kafka_index}`),
      ...[...expected.deadLetters, ...expected.skipped].map(place),
    ];
    expect(places.sort()).toEqual(all.sort());
    expect(new Set(places).size).toBe(places.length);
  });
});

test('an element that its dead letter keeps is decoded again as it was in its record', () => {
  let again = 0;
  forAll(batchedStreams(), (stream) => {
    const engine = engineFor(stream);
    for (const record of stream.records) {
      for (const { record: one, decoded } of engine.placesOf(record)) {
        if (one.index === undefined) continue;
        again += 1;
        expect(engine.placesOf(asStored(one))).toEqual([{ record: asStored(one), decoded }]);
      }
    }
  });
  expect(again).toBeGreaterThan(numRuns);
});

test('the places of a record that are refused are dead letters, and the others are as before', () => {
  forAll(fc.record({ stream: batchedStreams(), refuses: fc.func(fc.boolean()) }), ({ stream, refuses }) => {
    const rejection = { reason: 'unstorable', detail: 'refused' } as const;
    const engine = engineFor(stream);
    for (const record of stream.records) {
      const before = new Map<number, Watermark>();
      const whole = engine.fold([record], before);
      const refused = new Map(
        whole.raw
          .map(({ event }) => event.index ?? 0)
          .filter((index) => refuses(index))
          .map((index) => [index, rejection]),
      );
      const folding = engine.folding(before);
      folding.add([record], refused);
      const { raw, deadLetters } = folding.result();
      expect(raw.map(({ event }) => event)).toEqual(
        whole.raw.map(({ event }) => event).filter(({ index }) => !refused.has(index ?? 0)),
      );
      expect(deadLetters.length).toBe(whole.deadLetters.length + refused.size);
    }
  });
});

/** What the database keeps of a record. */
function asStored({ partition, offset, index, kafkaTs, key, value, envelope }: KafkaRecord): KafkaRecord {
  return { partition, offset, index, kafkaTs, key, value, envelope };
}

function place({
  partition,
  offset,
  index = 0,
}: Pick<KafkaRecord, 'partition' | 'offset' | 'index'>): string {
  return `${partition}/${offset}/${index}`;
}
