import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { StreamTableDefinition } from '../../../../domain/registry/definition.ts';
import { streamEngine } from '../../../../domain/stream/micro-batch.ts';
import { compileStreamTable } from '../../../../domain/windows/stream-table.ts';
import { userEvents } from '../../../../examples/churn/definitions/user-events.ts';
import { count, mean, streamTable } from '../../../../schemas/index.ts';
import { type OracleTable, featureRows } from '../../../oracle/feature-rows.ts';
import { MINUTE } from '../../../oracle/log.ts';
import { oracle, windowKey } from '../../../oracle/oracle.ts';
import { type BatchStep, batchings, runAtOnce, runInBatches } from '../../support/batching.ts';
import { engineFor } from '../../support/engine.ts';
import { everyTail, everyTailForOracle } from '../../support/every-aggregate.ts';
import { forAll, forAllSlow, numRuns } from '../../support/for-all.ts';
import { streams } from '../../support/random-stream.ts';
import { RetainedStream, type Step, steps } from '../../support/retention.ts';
import { StreamStore } from '../../support/stream-store.ts';
import type { Stream } from '../../support/stream.ts';
import { rfc3339 } from '../../support/stream.ts';

/** A count over the window, over a span that starts by the tail if it has more than 96 slides, and over a short one. */
interface Spans {
  /** The slide, in seconds. */
  readonly slide: number;
  /** The tail, in slides. */
  readonly tail: number;
  /** The length, in tails. */
  readonly tails: number;
  /** A shorter length, in tails. */
  readonly middle: number;
  /** A length of at most 96 slides. */
  readonly short: number;
  /** How far after the multiples of the slide and the tail windows end, in seconds. */
  readonly offset: number;
  readonly hasLifetime: boolean;
}

const spans: fc.Arbitrary<Spans> = fc
  .record({
    slide: fc.constantFrom(60, 7, 30, 90),
    tail: fc.constantFrom(10, 2, 25, 60),
    tails: fc.integer({ min: 1, max: 12 }),
    middle: fc.integer({ min: 1, max: 12 }),
    short: fc.constantFrom(1, 3, 20, 96),
    offset: fc.constantFrom(0, 0, 11, -61),
    hasLifetime: fc.boolean(),
  })
  .map(({ middle, short, ...others }) => ({
    ...others,
    middle: Math.min(middle, others.tails),
    short: Math.min(short, others.tail * others.tails),
  }));

const cases = fc.record({ stream: streams({ disorder: 60 }), batchings, spans });
const disordered = streams({ disorder: 120, malformed: 2, maxLength: 40 });

/** From long before the newest event to long after it. */
const MERGE_ALL: Step = { kind: 'merge', from: 100_000, to: -100_000 };

test("the rows of windows with tails equal the oracle's, for all spans, however the log is divided", () => {
  let rows = 0;
  forAll(cases, ({ stream, batchings: cut, spans: some }) => {
    const table = tableOf(some);
    const { raw } = oracle(stream.records, stream.options);
    const expected = featureRows(raw, oracleTableOf(some));
    expect(rowsOf(stream, cut, table)).toEqual(expected);
    rows += expected.size;
  });
  expect(rows).toBeGreaterThan(10 * numRuns);
}, 300_000);

test("every aggregate over a window with a tail, shorter spans and lifetimes equals the oracle's", async () => {
  const few = fc.record({ stream: streams({ disorder: 60, maxLength: 10 }), batchings });
  await forAllSlow(few, 100, ({ stream, batchings: cut }) => {
    const { raw } = oracle(stream.records, stream.options);
    expect(rowsOf(stream, cut, everyTail)).toEqual(featureRows(raw, everyTailForOracle));
    return Promise.resolve();
  });
}, 300_000);

test('late events count in all of their windows, spans and lifetimes once they are corrected or merged', async () => {
  const late = fc.record({ stream: disordered, steps: steps('batch', 'merge'), spans });
  await forAllSlow(late, 300, ({ stream, steps: some, spans: lengths }) => {
    const { source, tables } = engineFor(stream, [tableOf(lengths)]);
    const all: Step = { kind: 'batch', partitions: [0, 1, 2], records: Infinity };
    const merged = new RetainedStream(stream, streamEngine(source, tables)).run([...some, all, MERGE_ALL]);
    const corrected = new RetainedStream(stream, streamEngine({ ...source, late: 'correct' }, tables)).run(
      some,
    );
    const { raw } = oracle(stream.records, stream.options);
    const inTime = raw.map((event) => ({ ...event, watermark: null }));
    const expected = featureRows(inTime, oracleTableOf(lengths));
    for (const { store } of [merged, corrected]) expect(store.tables.get('spans')!.rows).toEqual(expected);
    return Promise.resolve();
  });
}, 300_000);

test('removing tiles of both sizes changes no row of any span', async () => {
  let removed = 0;
  const retained = fc.record({ stream: disordered, steps: steps('batch', 'tiles'), spans });
  await forAllSlow(retained, 300, ({ stream, steps: some, spans: lengths }) => {
    const without = { ...lengths, hasLifetime: false };
    const run = new RetainedStream(stream, engineFor(stream, [tableOf(without)])).run(some);
    removed += run.removed;
    const { raw } = oracle(stream.records, stream.options);
    expect(run.store.tables.get('spans')!.rows).toEqual(featureRows(raw, oracleTableOf(without)));
    return Promise.resolve();
  });
  expect(removed).toBeGreaterThan(0);
}, 300_000);

test('the stored tiles of both sizes and rows equal those of one micro-batch, byte for byte', () => {
  forAll(cases, ({ stream, batchings: cut, spans: some }) => {
    const table = tableOf(some);
    const engine = () => engineFor(stream, [table]);
    const [inCuts, atOnce] = [runInBatches(stream, engine(), cut), runAtOnce(stream, engine())].map((store) =>
      store.tables.get(table.name)!,
    );
    expect(inCuts!.tiles).toEqual(atOnce!.tiles);
    expect(inCuts!.rows).toEqual(atOnce!.rows);
  });
}, 300_000);

test('a micro-batch reads a tile for each whole tail, and those of slides of the last tail alone', () => {
  const month = streamTable({
    name: 'month',
    source: userEvents,
    window: { length: '30 days', slide: '5 minutes', tail: '8 hours' },
    features: { events: count(), spent: mean('revenue'), events_1h: count({ over: '1 hour' }) },
  });
  const engine = streamEngine(userEvents.definition, [
    compileStreamTable(month.definition, userEvents.definition),
  ]);
  const store = new StreamStore(engine);
  const table = store.tables.get('month')!;
  const steps = 60 * 24;
  for (let step = 0; step < steps; step += 1)
    store.commit(engine.fold([hourly(step)], store.watermarks([0])));
  // The 90 whole tails and the one that has just left, the tail that is open, its 8 hours and the last hour.
  expect(Math.max(...table.tilesRead)).toBeLessThanOrEqual(91 + 1 + 8 + 2);
  const enters = hourly(steps - 1).kafkaTs + 5n * MINUTE;
  // The last event, at 23:00, is the eighth since 16:00, the last multiple of the tail.
  expect(table.rows.get(windowKey('a', enters))).toMatchObject({
    events: 30 * 24 + 8,
    spent: 1,
    events_1h: 1,
  });
  const last = [...table.rows.values()].reduce((a, b) => (b.feature_ts! > a.feature_ts! ? b : a));
  expect(last).toMatchObject({ events: 0, spent: null, events_1h: 0 });
});

function hourly(hour: number) {
  const kafkaTs = BigInt(hour) * 60n * MINUTE + BigInt(Date.parse('2026-03-01T00:00:00Z')) * 1000n;
  const value = Buffer.from(`{"user_id":"a","revenue":1,"event_ts":"${rfc3339(kafkaTs)}"}`);
  return { partition: 0, offset: BigInt(hour), kafkaTs, key: null, value };
}

function rowsOf(stream: Stream, cut: readonly BatchStep[], table: StreamTableDefinition) {
  return runInBatches(stream, engineFor(stream, [table]), cut).tables.get(table.name)!.rows;
}

function tableOf({ slide, tail, tails, middle, short, offset, hasLifetime }: Spans): StreamTableDefinition {
  const seconds = (number: number) => `${number} seconds`;
  const whole = slide * tail * tails;
  const { definition } = streamTable({
    name: 'spans',
    source: userEvents,
    window: { length: '1 hour', slide: '1 hour' },
    features: {
      events: count(),
      events_middle: count({ where: { event_type: 'view' } }),
      revenue_middle: mean('revenue'),
      revenue_short: mean('revenue'),
      events_ever: count({ where: { platform: 'ios' } }),
    },
  });
  const over: Record<string, string | null> = {
    events: null,
    events_middle: seconds(slide * tail * middle),
    revenue_middle: seconds(slide * tail * middle),
    revenue_short: seconds(slide * short),
    events_ever: hasLifetime ? 'lifetime' : null,
  };
  return {
    ...definition,
    window: {
      length: seconds(whole),
      slide: seconds(slide),
      tail: seconds(slide * tail),
      offset: seconds(offset),
    },
    features: definition.features.map((feature) => ({ ...feature, over: over[feature.name]! })),
  };
}

function oracleTableOf(some: Spans): OracleTable {
  const { slide, tail, tails, offset } = some;
  const micros = (seconds: number) => BigInt(seconds) * 1_000_000n;
  const lengthOf = (over: string | null): bigint | 'lifetime' | undefined => {
    if (over === null || over === 'lifetime') return over ?? undefined;
    return micros(Number(over.split(' ')[0]));
  };
  return {
    length: micros(slide * tail * tails),
    slide: micros(slide),
    tail: micros(slide * tail),
    offset: micros(offset),
    features: tableOf(some).features.map((feature) => {
      const { over, ...others } = feature as typeof feature & { over: string | null };
      const length = lengthOf(over);
      return { ...others, ...(length !== undefined && { over: length }) };
    }),
  };
}
