import fc from 'fast-check';
import type { KafkaRecord } from '../../../domain/log/kafka-record.ts';
import { MINUTE } from '../../oracle/log.ts';
import { type Settings, Stream, rfc3339 } from './stream.ts';

/** A record before it has its place in the log. Times are in minutes, so that counterexamples stay short. */
interface Draft {
  readonly partition: number;
  /** The number of offsets that the log skips before the record, as compaction and transactions do. */
  readonly gap: number;
  /** How far the event time is from the stream's pace. */
  readonly jitter: number;
  /** How far the event time is from a whole minute, in microseconds. */
  readonly micros: number;
  /** Kafka timestamp less event time. */
  readonly delay: number;
  /** What the producer made of the Kafka timestamp. */
  readonly stamp: 'right' | 'none' | 'in seconds';
  readonly user: string;
  readonly fields: Readonly<Record<string, string>>;
  readonly kind: 'event' | 'repeat' | 'malformed';
  /** How many records back the record is that a repeated one repeats. */
  readonly back: number;
  readonly malformed: Uint8Array | null;
}

/** What a random stream has more of, so that each rule meets the cases it is about. */
export interface Leaning {
  /** The share of optional fields that are missing or null, in percent. */
  readonly nulls?: number;
  /** The share of records that are not events, in percent. */
  readonly malformed?: number;
  /** How far, in minutes, event times may stray from the order of the log. */
  readonly disorder?: number;
  readonly maxLength?: number;
}

const starts = [
  '1970-01-01T00:00:00Z',
  '1969-12-31T23:00:00Z',
  '2026-03-01T09:30:00Z',
  '0001-06-01T12:00:00Z',
  '9999-12-31T18:00:00Z',
].map((time) => BigInt(Date.parse(time)) * 1000n);

/** When a stream of the distant past reaches Kafka. */
const IMPORTED_AT = BigInt(Date.parse('2026-11-01T00:00:00Z')) * 1000n;
const YEAR_2000 = BigInt(Date.parse('2000-01-01T00:00:00Z')) * 1000n;

const settings: fc.Arbitrary<Settings> = fc
  .record({
    slide: fc.constantFrom(15, 5, 10, 60),
    slides: fc.constantFrom(4, 1, 2, 3, 6),
    tailSlides: fc.constantFrom(undefined, undefined, 2, 4, 1, 7),
    offset: fc.constantFrom(0, 0, 3, -4, 7, -55, 1_441),
    lateness: fc.constantFrom(10, 0, 1, 45),
    maxAhead: fc.constantFrom(60, 0, 5),
    maxBehind: fc.constantFrom(7305 * 1440, 7305 * 1440, null, 60),
    kafkaTimestamps: fc.constantFrom('use', 'use', 'ignore'),
  })
  .map(({ slide, slides, tailSlides, ...others }) => ({
    length: slide * slides * (tailSlides ?? 1),
    slide,
    ...(tailSlides !== undefined && { tail: slide * tailSlides }),
    ...others,
  }));

/** JSON texts of numbers whose floating-point sums are inexact, or that have more than one text. */
export const numberTexts = fc.oneof(
  fc.constantFrom(
    '1',
    '0.1',
    '0.2',
    '0.3',
    '19.99',
    '1E2',
    '1.50',
    '-0',
    '0',
    '1e15',
    '-1e15',
    '5e-324',
    '-4e-324',
  ),
  fc.double({ min: -1e15, max: 1e15, noNaN: true }).map(String),
);

const malformed = fc.oneof(
  fc.constant(null),
  fc
    .constantFrom(
      '',
      '{',
      '[]',
      'null',
      '{"user_id":"a"}',
      '{"user_id":"","event_ts":"2026-01-01T00:00:00Z"}',
    )
    .map((text) => Buffer.from(text)),
  fc.uint8Array({ maxLength: 4 }),
);

function fields(nulls: number): fc.Arbitrary<Record<string, string>> {
  const field = (texts: fc.Arbitrary<string>) => {
    const none = { arbitrary: fc.constantFrom('', 'null'), weight: nulls };
    return fc.oneof({ withCrossShrink: true }, none, { arbitrary: texts, weight: 100 - nulls });
  };
  return fc.record({
    event_type: field(fc.constantFrom('"purchase"', '"view"', '"purchase "')),
    product_id: field(fc.constantFrom('"p1"', '"p2"', '""')),
    revenue: field(numberTexts),
    session_id: field(fc.constantFrom('"s1"', '"s2"', '"é"')),
    platform: field(fc.constantFrom('"ios"', '"web"', '"android"')),
  });
}

function drafts({
  nulls = 15,
  malformed: bad = 8,
  disorder = 90,
  maxLength = 24,
}: Leaning): fc.Arbitrary<Draft[]> {
  const draft: fc.Arbitrary<Draft> = fc.record({
    partition: fc.nat(2),
    gap: fc.constantFrom(0, 0, 0, 1),
    jitter: fc.integer({ min: -disorder, max: disorder }),
    micros: fc.constantFrom(0, 0, 1, -1, 30_000_000),
    delay: fc.oneof(fc.nat(3), fc.constantFrom(0, -1, -5, -60, -61, -90, 240)),
    stamp: fc.oneof(
      { arbitrary: fc.constant('right' as const), weight: 30 },
      { arbitrary: fc.constantFrom('none' as const, 'in seconds' as const), weight: 1 },
    ),
    user: fc.constantFrom('a', 'b', 'c d'),
    fields: fields(nulls),
    kind: fc.oneof(
      { arbitrary: fc.constant('event' as const), weight: 90 - bad },
      { arbitrary: fc.constant('repeat' as const), weight: 10 },
      { arbitrary: fc.constant('malformed' as const), weight: bad },
    ),
    back: fc.integer({ min: 1, max: 4 }),
    malformed,
  });
  return fc.array(draft, { minLength: 1, maxLength, size: 'max' });
}

/**
 * Streams that are out of order and have repeated, late, malformed and null records. Their three partitions
 * are not keyed by user.
 */
export function streams(leaning: Leaning = {}): fc.Arbitrary<Stream> {
  return fc
    .record({ start: fc.constantFrom(...starts), pace: fc.nat(12), drafts: drafts(leaning), settings })
    .map(({ start, pace, drafts, settings }) => {
      if (start >= YEAR_2000 || settings.kafkaTimestamps === 'ignore') {
        return new Stream(toLog({ start, kafkaStart: start, pace }, drafts), settings);
      }
      const log = toLog({ start, kafkaStart: IMPORTED_AT, pace }, drafts);
      return new Stream(log, { ...settings, maxBehind: null });
    });
}

const rules: fc.Arbitrary<Required<Settings>['deduplicate']> = fc.record({
  by: fc.constantFrom(
    ['session_id'],
    ['user_id', 'session_id'],
    ['revenue'],
    ['user_id', 'event_ts'],
  ) as fc.Arbitrary<['session_id']>,
  within: fc.constantFrom(1, 5, 20, 60, 100_000),
});

/** Streams of a source that is deduplicated by fields with few values, some of them null. */
export function repeatingStreams(leaning: Leaning): fc.Arbitrary<Stream> {
  return fc
    .record({ stream: streams(leaning), deduplicate: rules })
    .map(({ stream, deduplicate }) => new Stream(stream.records, { ...stream.settings, deduplicate }));
}

/** How event times and Kafka timestamps go: from their starts, `pace` minutes further with each record. */
interface Course {
  readonly start: bigint;
  readonly kafkaStart: bigint;
  readonly pace: number;
}

function toLog({ start, kafkaStart, pace }: Course, drafts: readonly Draft[]): KafkaRecord[] {
  const log: KafkaRecord[] = [];
  const nextOffset = [0n, 0n, 0n];
  drafts.forEach((draft, index) => {
    const { partition, gap, jitter, micros, delay } = draft;
    const eventTs = start + BigInt(index * pace + jitter) * MINUTE + BigInt(micros);
    const offset = nextOffset[partition]! + BigInt(gap);
    nextOffset[partition] = offset + 1n;
    log.push({
      partition,
      offset,
      kafkaTs: stamped(draft, eventTs - start + kafkaStart + BigInt(delay) * MINUTE),
      key: null,
      value: valueOf(draft, eventTs, log),
    });
  });
  return log;
}

function stamped({ stamp }: Draft, kafkaTs: bigint): bigint | null {
  if (stamp === 'none') return null;
  return stamp === 'in seconds' ? kafkaTs / 1000n : kafkaTs;
}

function valueOf(draft: Draft, eventTs: bigint, before: readonly KafkaRecord[]): Uint8Array | null {
  if (draft.kind === 'malformed') return draft.malformed;
  const repeated = draft.kind === 'repeat' ? before.at(-draft.back) : undefined;
  return repeated ? repeated.value : Buffer.from(eventText(draft, eventTs));
}

function eventText({ user, fields }: Draft, eventTs: bigint): string {
  const present = Object.entries(fields).filter(([, text]) => text !== '');
  const members = [['user_id', `"${user}"`], ...present, ['event_ts', `"${rfc3339(eventTs)}"`]];
  return `{${members.map(([name, text]) => `"${name}":${text}`).join(',')}}`;
}
