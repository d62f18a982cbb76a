import fc from 'fast-check';
import { expect, test } from 'vitest';
import { oracle } from '../../../oracle/oracle.ts';
import { batchings, runInBatches } from '../../support/batching.ts';
import { engineFor, foldAll } from '../../support/engine.ts';
import { forAll } from '../../support/for-all.ts';
import { streams } from '../../support/random-stream.ts';

test('each record ends either in the raw events or in the dead letters', () => {
  forAll(streams({ malformed: 30 }), (stream) => {
    const { raw, deadLetters } = foldAll(stream);
    const places = [
      ...raw.map(({ event }) => place(event)),
      ...deadLetters.map(({ record }) => place(record)),
    ];
    expect(places.sort()).toEqual(stream.records.map(place).sort());
  });
});

test('a dead letter holds the record itself, with its bytes and a reason that Postgres can store', () => {
  forAll(streams({ malformed: 30 }), (stream) => {
    const { deadLetters } = foldAll(stream);
    const expected = new Set(oracle(stream.records, stream.options).deadLetters);
    expect(new Set(deadLetters.map(({ record }) => record))).toEqual(expected);
    for (const { record, rejection } of deadLetters) {
      expect(stream.records).toContain(record);
      expect(rejection.detail).not.toBe('');
      expect(rejection.detail.isWellFormed() && !rejection.detail.includes('\0')).toBe(true);
    }
  });
});

test('late events are raw events too', () => {
  forAll(streams({ disorder: 120 }), (stream) => {
    const { raw, late } = foldAll(stream);
    const events = new Set(raw.map(({ event }) => event));
    expect(late.every(({ event }) => events.has(event))).toBe(true);
  });
});

test('neither batch boundaries nor lost attempts repeat or lose a record', () => {
  forAll(fc.record({ stream: streams({ malformed: 20 }), batchings }), ({ stream, batchings }) => {
    const { raw, deadLetters } = runInBatches(stream, engineFor(stream), batchings);
    const places = [
      ...raw.map(({ event }) => place(event)),
      ...deadLetters.map(({ record }) => place(record)),
    ];
    expect(places.sort()).toEqual(stream.records.map(place).sort());
  });
});

function place({ partition, offset }: { partition: number; offset: bigint }): string {
  return `${partition}@${offset}`;
}
