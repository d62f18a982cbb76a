import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { KafkaRecord } from '../../../../domain/log/kafka-record.ts';
import { parseIsoTime } from '../../../../domain/time/iso-time.ts';
import { oracle } from '../../../oracle/oracle.ts';
import { parseMicros } from '../../../oracle/time.ts';
import { foldAll } from '../../support/engine.ts';
import { forAll, numRuns } from '../../support/for-all.ts';
import { rawRows } from '../../support/oracle-shape.ts';
import { eventBytes } from '../../support/random-bytes.ts';
import { timeTexts } from '../../support/random-time.ts';
import { type Settings, Stream } from '../../support/stream.ts';

const settings: Settings = {
  length: 60,
  slide: 15,
  lateness: 10,
  maxAhead: 60,
  maxBehind: null,
  fields: [
    { name: 'quantity', type: 'integer', required: false },
    { name: 'gift', type: 'boolean', required: false },
  ],
};

/** One record with random bytes as its value. Its Kafka timestamp is near the times of most events. */
const oneRecord = eventBytes.map((value) => {
  const record: KafkaRecord = { partition: 0, offset: 0n, kafkaTs: 1_772_357_400_000_000n, key: null, value };
  return new Stream([record], settings);
});

test('the engine accepts the records that the oracle accepts, with the same values', () => {
  let accepted = 0;
  forAll(oneRecord, (stream) => {
    const { raw } = oracle(stream.records, stream.options);
    accepted += raw.length;
    expect(rawRows(stream, foldAll(stream).raw)).toEqual(raw);
  });
  expect(accepted).toBeGreaterThan(numRuns / 5);
  expect(accepted).toBeLessThan((numRuns * 4) / 5);
});

test('a time is an ISO 8601 text that names a moment, floored to the microsecond', () => {
  let times = 0;
  forAll(timeTexts, (text) => {
    const expected = parseMicros(text);
    if (expected !== null) times += 1;
    expect(parseIsoTime(text) ?? null).toBe(expected);
  });
  expect(times).toBeGreaterThan(numRuns / 4);
});

test('every record becomes an event or a dead letter, whatever its bytes', () => {
  const anyBytes = fc.oneof(
    fc.uint8Array({ maxLength: 64 }),
    fc.json({ maxDepth: 4 }).map((text) => Buffer.from(text)),
  );
  forAll(anyBytes, (value) => {
    const record: KafkaRecord = { partition: 0, offset: 0n, kafkaTs: 0n, key: null, value };
    const { raw, deadLetters } = foldAll(new Stream([record], settings));
    expect(raw.length + deadLetters.length).toBe(1);
  });
});
