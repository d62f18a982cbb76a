import fc from 'fast-check';
import { expect, test } from 'vitest';
import { oracle } from '../../../oracle/oracle.ts';
import { cuts, runInCuts } from '../../support/cuts.ts';
import { engineFor, foldAll } from '../../support/engine.ts';
import { forAll } from '../../support/for-all.ts';
import { streams } from '../../support/random-stream.ts';

const position = ({ partition, offset }: { partition: number; offset: bigint }) => `${partition}@${offset}`;

test('each record ends in exactly one place: the raw events or the dead letters', () => {
  forAll(streams({ malformed: 30 }), (stream) => {
    const { raw, deadLetters } = foldAll(stream);
    const places = [
      ...raw.map(({ event }) => position(event)),
      ...deadLetters.map(({ record }) => position(record)),
    ];
    expect(places.sort()).toEqual(stream.records.map(position).sort());
  });
});

test('a dead letter is the record itself, bytes and all, with a reason that can be stored', () => {
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

test('late events stay in the raw table', () => {
  forAll(streams({ disorder: 120 }), (stream) => {
    const { raw, late } = foldAll(stream);
    const events = new Set(raw.map(({ event }) => event));
    expect(late.every(({ event }) => events.has(event))).toBe(true);
  });
});

test('neither cuts nor lost attempts repeat a record or lose one', () => {
  forAll(fc.record({ stream: streams({ malformed: 20 }), cuts }), ({ stream, cuts }) => {
    const { raw, deadLetters } = runInCuts(stream, engineFor(stream), cuts);
    const places = [
      ...raw.map(({ event }) => position(event)),
      ...deadLetters.map(({ record }) => position(record)),
    ];
    expect(places.sort()).toEqual(stream.records.map(position).sort());
  });
});
