import fc from 'fast-check';
import { type StreamEngine, streamEngine } from '../../../domain/stream/micro-batch.ts';
import { type Instant, later, latest } from '../../../domain/time/instant.ts';
import { refoldMerged } from '../../../domain/windows/refold.ts';
import { type RetentionFloors, computableFrom, tileFloor } from '../../../domain/windows/retention-floors.ts';
import type { CompiledStreamTable } from '../../../domain/windows/stream-table.ts';
import { firstCompleteTile, largestTiles, tileStart } from '../../../domain/windows/window.ts';
import { MINUTE } from '../../oracle/log.ts';
import { StreamStore } from './stream-store.ts';
import type { Stream } from './stream.ts';

/**
 * The next step of a stream beside which retention runs. Times are minutes before the newest event so far.
 */
export type Step =
  | { readonly kind: 'batch'; readonly partitions: readonly number[]; readonly records: number }
  | { readonly kind: 'tiles'; readonly before: number }
  | { readonly kind: 'raw'; readonly before: number }
  | { readonly kind: 'merge'; readonly from: number; readonly to: number };

const minutes = fc.integer({ min: -120, max: 240 });

export function steps(...kinds: readonly Step['kind'][]): fc.Arbitrary<Step[]> {
  const step: fc.Arbitrary<Step> = fc.oneof(
    fc.record({
      kind: fc.constant('batch' as const),
      partitions: fc.subarray([0, 1, 2], { minLength: 1 }),
      records: fc.integer({ min: 1, max: 6 }),
    }),
    fc.record({ kind: fc.constant('tiles' as const), before: minutes }),
    fc.record({ kind: fc.constant('raw' as const), before: minutes }),
    fc.record({ kind: fc.constant('merge' as const), from: minutes, to: minutes }),
  );
  return fc.array(
    step.filter(({ kind }) => kinds.includes(kind)),
    { maxLength: 24, size: 'max' },
  );
}

/** A stream that does some steps one after the other, and takes the rest of the log in a last micro-batch. */
export class RetainedStream {
  readonly store: StreamStore;
  engine: StreamEngine;
  /** The number of tiles removed so far. */
  removed = 0;
  readonly #stream: Stream;
  readonly #taken = new Map<number, number>();

  constructor(stream: Stream, engine: StreamEngine) {
    this.#stream = stream;
    this.engine = engine;
    this.store = new StreamStore(engine);
  }

  run(steps: readonly Step[]): this {
    for (const step of steps) this.#do(step);
    this.#batch([0, 1, 2], Infinity);
    return this;
  }

  #do(step: Step): void {
    switch (step.kind) {
      case 'batch':
        return this.#batch(step.partitions, step.records);
      case 'tiles':
        return this.#removeTiles(this.#ago(step.before));
      case 'raw':
        return this.#raise({ ...this.engine.floors, raw: this.#higher(this.#ago(step.before)) });
      case 'merge':
        for (const table of this.engine.tables) {
          this.#merge(table, this.#ago(step.from), this.#ago(step.to));
        }
    }
  }

  /**
   * A partition is known from the first micro-batch that reads it, as if it had been added to the topic at
   * that time.
   */
  #batch(partitions: readonly number[], count: number): void {
    const records = partitions.flatMap((partition) => {
      const from = this.#taken.get(partition) ?? 0;
      const ofPartition = this.#stream.records.filter((record) => record.partition === partition);
      const taken = ofPartition.slice(from, from + count);
      this.#taken.set(partition, from + taken.length);
      return taken;
    });
    this.store.commit(this.engine.fold(records, this.store.watermarks(partitions), this.store.seen(records)));
  }

  #removeTiles(cutoff: Instant): void {
    const watermarks = [...this.#taken.keys()].map((partition) =>
      this.store.watermarks([partition]).get(partition),
    );
    const tiles = new Map(this.engine.floors.tiles);
    for (const { definition, window } of this.engine.tables) {
      const floor = tileFloor(window, cutoff, watermarks);
      const before = tiles.get(definition.name);
      if (floor !== undefined && watermarks.length > 0)
        tiles.set(definition.name, before === undefined ? floor : later(before, floor));
    }
    this.#raise({ ...this.engine.floors, tiles });
  }

  #higher(raw: Instant): Instant {
    const before = this.engine.floors.raw;
    return before === undefined ? raw : later(before, raw);
  }

  #raise(floors: RetentionFloors): void {
    this.engine = streamEngine(this.engine.source, this.engine.tables, floors);
    this.removed += this.store.retain(this.engine);
  }

  /** Merges late events as a backfill does: in complete tiles all of whose windows can be computed. */
  #merge(table: CompiledStreamTable, from: Instant, to: Instant): void {
    const { window } = table;
    const largest = largestTiles(window);
    const { raw } = this.engine.floors;
    const tellable = computableFrom(table, this.engine.floors);
    const bounds = [
      tileStart(largest, from),
      ...(raw === undefined ? [] : [firstCompleteTile(largest, raw)]),
      ...(tellable === undefined
        ? []
        : [firstCompleteTile(largest, tellable + window.length - window.slide)]),
    ];
    const first = latest(bounds);
    const last = tileStart(largest, to);
    const events = this.store.raw.filter(({ event }) => first <= event.eventTs && event.eventTs < last);
    this.store.replace(table, first, last, refoldMerged(table, events));
  }

  #ago(before: number): Instant {
    const newest = this.store.raw.length > 0 ? latest(this.store.raw.map(({ event }) => event.eventTs)) : 0n;
    return newest - BigInt(before) * MINUTE;
  }
}
