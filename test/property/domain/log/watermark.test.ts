import fc from 'fast-check';
import { expect, test } from 'vitest';
import { oracle } from '../../../oracle/oracle.ts';
import { engineFor, foldAll } from '../../support/engine.ts';
import { forAll } from '../../support/for-all.ts';
import { rawRows } from '../../support/oracle-shape.ts';
import { streams } from '../../support/random-stream.ts';
import { Stream } from '../../support/stream.ts';

test('each raw event is stored with the watermark that the earlier records give', () => {
  forAll(streams(), (stream) => {
    expect(rawRows(stream, foldAll(stream).raw)).toEqual(oracle(stream.records, stream.options).raw);
  });
});

test('the watermark of a partition never goes back', () => {
  forAll(streams(), (stream) => {
    for (const partition of [0, 1, 2]) {
      const raw = foldAll(stream).raw.filter(({ event }) => event.partition === partition);
      const watermarks = raw.map(({ watermark }) => watermark);
      expect(watermarks[0]).toBeUndefined();
      for (const [index, watermark] of watermarks.slice(2).entries()) {
        expect(watermark! >= watermarks[index + 1]!).toBe(true);
      }
    }
  });
});

test('other partitions do not move the watermark', () => {
  forAll(streams(), (stream) => {
    const all = foldAll(stream).raw;
    for (const partition of [0, 1, 2]) {
      const alone = new Stream(
        stream.records.filter((record) => record.partition === partition),
        stream.settings,
      );
      expect(foldAll(alone).raw).toEqual(all.filter(({ event }) => event.partition === partition));
    }
  });
});

test('dead letters do not move the watermark', () => {
  forAll(streams({ malformed: 40 }), (stream) => {
    const { raw, deadLetters, watermarks } = foldAll(stream);
    const dead = new Set(deadLetters.map(({ record }) => record));
    const without = new Stream(
      stream.records.filter((record) => !dead.has(record)),
      stream.settings,
    );
    expect(foldAll(without)).toMatchObject({ raw, watermarks, deadLetters: [] });
  });
});

test('a stream that resumes from stored watermarks continues as if it had never stopped', () => {
  forAll(fc.record({ stream: streams(), cut: fc.nat(24) }), ({ stream, cut }) => {
    const engine = engineFor(stream);
    const before = engine.fold(stream.records.slice(0, cut), new Map());
    const after = engine.fold(stream.records.slice(cut), before.watermarks);
    const whole = foldAll(stream);
    expect([...before.raw, ...after.raw]).toEqual(whole.raw);
    expect(after.watermarks).toEqual(whole.watermarks);
  });
});
