import type { OffsetRange, ReadLimits } from '../adapters/kafka/reading.ts';
import type { TopicReader } from '../adapters/kafka/topic-reader.ts';
import type { Pool } from '../db/client.ts';
import { commitMicroBatch } from '../db/commit-micro-batch.ts';
import { readCursors } from '../db/cursors.ts';
import type { RegisteredEngine } from '../db/registry.ts';
import { addCounts, NO_COUNTS, type StreamCounts } from '../domain/stream-counts.ts';
import type { PartitionTarget, ShardReceipt } from '../schemas/stream-features.ts';
import { foldMicroBatch, type FoldedBatch, type Positions } from './micro-batch.ts';

/** What micro-batches are made with. */
export interface ShardTools {
  readonly pool: Pool;
  readonly reader: TopicReader;
  readonly engine: RegisteredEngine;
  readonly limits: ReadLimits;
  /** Ends a read that is under way. */
  readonly signal: AbortSignal;
}

/** A share of a topic's partitions on its way to their targets: what has been committed of it. */
export class Shard {
  #counts: StreamCounts = NO_COUNTS;
  #targets: readonly PartitionTarget[];

  constructor(targets: readonly PartitionTarget[]) {
    this.#targets = targets;
  }

  get receipt(): ShardReceipt {
    return { counts: this.#counts, targets: this.#targets };
  }

  /**
   * Runs micro-batches until the targets are reached or `isOver`. While one is being committed, the next is read and
   * folded already. The database's cursors decide where the first starts, each fold where the next does; so if a
   * commit fails, what was read ahead of it is thrown away.
   */
  async run(tools: ShardTools, isOver: () => boolean): Promise<void> {
    const { pool, reader, engine, limits, signal } = tools;
    let positions = await this.#readPositions(pool, engine.source.name);
    let committing: Promise<void> = Promise.resolve();
    try {
      while (!isOver()) {
        const ranges = this.#ranges(positions);
        if (ranges.length === 0) break;
        const read = await reader.read(ranges, limits, signal);
        const folded = await foldMicroBatch(engine, read, positions);
        await committing;
        committing = this.#commit(tools, folded);
        committing.catch(() => {}); // thrown where it is awaited
        positions = folded.positions;
      }
      await committing;
    } finally {
      await Promise.allSettled([committing]);
    }
  }

  async #readPositions(pool: Pool, source: string): Promise<Positions> {
    const cursors = await readCursors(pool, source);
    const positions = new Map(cursors.map((cursor) => [cursor.partition, cursor]));
    this.#reach(positions);
    return positions;
  }

  #ranges(positions: Positions): OffsetRange[] {
    return this.#targets
      .map(({ partition, head }) => ({
        ...{ partition, from: positions.get(partition)!.nextOffset, to: BigInt(head) },
      }))
      .filter(({ from, to }) => from < to);
  }

  async #commit({ pool, engine }: ShardTools, folded: FoldedBatch): Promise<void> {
    const { batch, entries, records, positions } = folded;
    const rows = await commitMicroBatch(pool, engine, batch, entries);
    this.#counts = addCounts(this.#counts, {
      ...{ microBatches: 1, records, rows },
      raw: batch.raw.length,
      deadLetters: batch.deadLetters.length,
      late: new Set(batch.late.map(({ event }) => event)).size,
    });
    this.#reach(positions);
  }

  #reach(positions: Positions): void {
    this.#targets = this.#targets.map((target) => ({
      ...target,
      next: String(positions.get(target.partition)!.nextOffset),
    }));
  }
}
