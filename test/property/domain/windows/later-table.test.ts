import fc from 'fast-check';
import { expect, test } from 'vitest';
import { type StreamEngine, streamEngine } from '../../../../domain/stream/micro-batch.ts';
import { latest } from '../../../../domain/time/instant.ts';
import { refold } from '../../../../domain/windows/refold.ts';
import { leastWatermark } from '../../../../domain/windows/retention-floors.ts';
import { compileStreamTable } from '../../../../domain/windows/stream-table.ts';
import { END } from '../../../../domain/windows/table-merge.ts';
import { firstCompleteTile, largestTiles } from '../../../../domain/windows/window.ts';
import { featureRows } from '../../../oracle/feature-rows.ts';
import { MINUTE } from '../../../oracle/log.ts';
import { oracle } from '../../../oracle/oracle.ts';
import { windowRow } from '../../../oracle/windows.ts';
import { engineFor } from '../../support/engine.ts';
import { forAll, numRuns } from '../../support/for-all.ts';
import { streams } from '../../support/random-stream.ts';
import { StreamStore } from '../../support/stream-store.ts';
import type { Stream } from '../../support/stream.ts';

const LATER = 'later_table';
const PARTITIONS = [0, 1, 2];
const disordered = streams({ disorder: 120, malformed: 2, maxLength: 40 });

const cases = fc.record({
  stream: disordered,
  /** How many records of each partition are read before the table joins. */
  before: fc.tuple(fc.nat(12), fc.nat(12), fc.nat(12)),
  /** How many minutes before the newest event the floor of the raw events lies then. */
  floor: fc.integer({ min: -60, max: 240 }),
  batches: fc.array(fc.integer({ min: 1, max: 6 }), { maxLength: 8 }),
});

test('a table that joins above a floor gets the rows of whole windows, and never one of a window below it', () => {
  let [rows, kept] = [0, 0];
  forAll(cases, ({ stream, before, floor, batches }) => {
    const engine = engineFor(stream);
    const whole = new StreamStore(engine);
    const log = new Log(stream);
    whole.commit(engine.fold(log.take(before), new Map()));
    const newest = whole.raw.length > 0 ? latest(whole.raw.map(({ event }) => event.eventTs)) : 0n;
    const { first, later, laterEngine } = join(engine, whole, newest - BigInt(floor) * MINUTE);
    while (log.left > 0) {
      const records = log.take(PARTITIONS.map(() => batches.shift() ?? Infinity));
      const watermarks = whole.watermarks(PARTITIONS);
      later.commit(laterEngine.fold(records, watermarks));
      whole.commit(engine.fold(records, watermarks));
    }
    const { windows, raw } = oracle(stream.records, stream.options);
    // Nothing leaves the table that it never counted, and what it counts enters its first whole window or a later one.
    const least = first + stream.options.length - stream.options.slide;
    const counted = raw
      .filter(({ event_ts }) => event_ts >= first)
      .map((event) => ({ ...event, watermark: latest([event.watermark ?? least, least]) }));
    const inWindow = (user: unknown, from: bigint, to: bigint) =>
      counted.filter(
        ({ user_id, event_ts, watermark }) =>
          user_id === user && from <= event_ts && event_ts < to && watermark < to,
      );
    const expected = new Map(
      [...featureRows(counted, { ...stream.options, features: [] })]
        .filter(([, { window_start }]) => (window_start as bigint) >= first)
        .map(([key, { user_id, window_start, window_end: end }]) => {
          const events = inWindow(user_id, window_start as bigint, end as bigint);
          return [key, windowRow(user_id as string, end as bigint, events, stream.options)];
        }),
    );
    expect(later.tables.get(LATER)!.rows).toEqual(expected);
    rows += windows.size;
    kept += expected.size;
  });
  expect(kept).toBeGreaterThan(numRuns);
  expect(rows - kept).toBeGreaterThan(numRuns);
});

/** Fills a table from the raw events above a floor, as a backfill does: it has the rows of whole windows. */
function join(engine: StreamEngine, whole: StreamStore, floor: bigint) {
  const definition = { ...engine.tables[0]!.definition, name: LATER };
  const table = compileStreamTable(definition, engine.source);
  const floors = { raw: floor, tiles: new Map(), joined: new Map([[LATER, floor]]) };
  const laterEngine = streamEngine(engine.source, [table], floors);
  const later = new StreamStore(laterEngine);
  const first = firstCompleteTile(largestTiles(table.window), floor);
  const raw = whole.raw.filter(({ event }) => event.eventTs >= first);
  later.replace(table, first, END, refold(engine.source, table, raw, leastWatermark(table, floors)).tiles);
  const { rows } = later.tables.get(LATER)!;
  for (const [key, { window_start }] of rows) if ((window_start as bigint) < first) rows.delete(key);
  return { first, later, laterEngine };
}

/** The records of a stream that are not taken yet, each partition in order. */
class Log {
  readonly #partitions: Stream['records'][];

  constructor({ records }: Stream) {
    this.#partitions = PARTITIONS.map((partition) =>
      records.filter((record) => record.partition === partition),
    );
  }

  get left(): number {
    return this.#partitions.flat().length;
  }

  /** @param counts how many to take of each partition, at most. */
  take(counts: readonly number[]): Stream['records'] {
    return counts.flatMap((count, partition) => {
      const records = this.#partitions[partition]!;
      this.#partitions[partition] = records.slice(count);
      return records.slice(0, count);
    });
  }
}
