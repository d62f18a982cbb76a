import type { ReadLimits, ReadRange, ReadResult } from '../../adapters/kafka/reading.ts';
import type { TopicReader } from '../../adapters/kafka/topic-reader.ts';
import type { RegisteredEngine } from '../../db/engine/load-engine.ts';
import { readCursors } from '../../db/log/cursors.ts';
import type { LedgerEntry } from '../../db/log/ledger.ts';
import type { Pool } from '../../db/sql/client.ts';
import { commitMicroBatch } from '../../db/stream/commit-micro-batch.ts';
import { NOTHING_SEEN } from '../../domain/log/deduplication.ts';
import { NO_COUNTS, type StreamCounts, addCounts } from '../../domain/stream/stream-counts.ts';
import { type Instant, formatInstant, later } from '../../domain/time/instant.ts';
import type { PartitionTarget, ShardReceipt } from '../../schemas/workflows/stream-features.ts';
import { reportProgress } from '../shared/progress.ts';
import { type Cursors, type FoldedBatch, foldMicroBatch, seenBefore } from './fold-micro-batch.ts';
import { checkSameTopic } from './topic-identity.ts';

/** What a shard needs to make micro-batches. */
export interface ShardTools {
  readonly pool: Pool;
  readonly reader: TopicReader;
  readonly engine: RegisteredEngine;
  readonly limits: ReadLimits;
  /** Ends a read. */
  readonly signal: AbortSignal;
}

/** How long a read waits at the head for further records to commit together, in ms. */
const LINGER_MS = 10;
/** How long a read at the head waits for a record, in ms. */
const WAIT_MS = 1_000;

/**
 * A share of a topic's partitions, read up to their targets or following their heads. Holds what is
 * committed.
 */
export class Shard {
  readonly #follow: boolean;
  #counts: StreamCounts = NO_COUNTS;
  #targets: readonly PartitionTarget[];
  #newest: Instant | undefined;
  /** The partitions whose topic is known to be the one that was read. */
  readonly #begun = new Set<number>();
  #joins = 0;

  constructor(targets: readonly PartitionTarget[], follow: boolean) {
    this.#targets = targets;
    this.#follow = follow;
  }

  get receipt(): ShardReceipt {
    return {
      counts: this.#counts,
      targets: this.#targets,
      newestRecordAt: this.#newest === undefined ? null : formatInstant(this.#newest),
    };
  }

  /**
   * Runs micro-batches until the targets are reached, `until` (epoch ms) has passed, or the signal aborts.
   * While a micro-batch is committed, the next is read and folded. The first micro-batch starts at the
   * cursors of the database, each later one where the previous fold ended, with what is left of its read. If a commit fails, what was read
   * ahead of it is discarded.
   */
  async run(tools: ShardTools, until: number): Promise<void> {
    const { pool, reader, engine, signal } = tools;
    let cursors = await this.#readCursors(pool, engine.source.name);
    let committing: Promise<void> = Promise.resolve();
    let underWay = NOTHING_SEEN;
    let rest: ReadResult | undefined;
    try {
      while (!signal.aborted && Date.now() < until) {
        const ranges = this.#ranges(cursors, reader.joins);
        if (ranges.length === 0) break;
        const read: ReadResult =
          rest ?? (await reader.read(ranges, this.#limits(tools, until, committing), signal));
        checkSameTopic(engine.source, read.before, cursors);
        this.#haveBegun(read);
        const seen = await seenBefore(pool, engine, read.records, underWay);
        const folded = await foldMicroBatch(engine, read, cursors, seen);
        ({ rest } = folded);
        await committing;
        if (folded.entries.length === 0) continue;
        committing = this.#commit(tools, folded);
        committing.catch(() => {}); // the await throws it
        cursors = folded.cursors;
        underWay = folded.batch.seen;
      }
      await committing;
    } finally {
      await Promise.allSettled([committing]);
    }
  }

  async #readCursors(pool: Pool, source: string): Promise<Cursors> {
    const cursors = await readCursors(pool, source);
    const byPartition = new Map(cursors.map((cursor) => [cursor.partition, cursor]));
    this.#reach(byPartition);
    return byPartition;
  }

  /**
   * The ranges to read. The first read of a partition, and the first after the reader has joined again,
   * begins at the last record that was read.
   */
  #ranges(cursors: Cursors, joins: number): ReadRange[] {
    if (joins !== this.#joins) this.#begun.clear();
    this.#joins = joins;
    return this.#targets.flatMap(({ partition, head }) => {
      const { nextOffset: from, last } = cursors.get(partition)!;
      const back = last && !this.#begun.has(partition) ? { backTo: last.offset } : {};
      if (this.#follow) return [{ partition, from, ...back }];
      return from < BigInt(head) ? [{ partition, from, to: BigInt(head), ...back }] : [];
    });
  }

  #haveBegun({ before, ranges }: ReadResult): void {
    for (const { partition } of before) this.#begun.add(partition);
    for (const { partition, from, to } of ranges) if (from < to) this.#begun.add(partition);
  }

  #limits({ limits }: ShardTools, until: number, committing: Promise<void>): ReadLimits {
    if (!this.#follow) return limits;
    const waitMs = Math.min(WAIT_MS, Math.max(0, until - Date.now()));
    return { ...limits, following: { waitMs, lingerMs: LINGER_MS, ready: committing.catch(() => {}) } };
  }

  async #commit({ pool, engine }: ShardTools, folded: FoldedBatch): Promise<void> {
    const { batch, entries, records, newest, cursors } = folded;
    const total = (of: (entry: LedgerEntry) => number): number =>
      entries.reduce((sum, entry) => sum + of(entry), 0);
    const { rows, approximate } = await commitMicroBatch(pool, engine, batch, entries);
    this.#counts = addCounts(this.#counts, {
      microBatches: 1,
      records,
      rows,
      approximateRows: approximate,
      raw: total(({ raw }) => raw),
      duplicates: total(({ duplicates }) => duplicates),
      deadLetters: total(({ deadLetters }) => deadLetters),
      late: total(({ late }) => late),
    });
    if (newest !== undefined)
      this.#newest = this.#newest === undefined ? newest : later(this.#newest, newest);
    this.#reach(cursors);
  }

  #reach(cursors: Cursors): void {
    this.#targets = this.#targets.map(({ partition, head }) => {
      const { nextOffset } = cursors.get(partition)!;
      return {
        partition,
        next: String(nextOffset),
        head: nextOffset > BigInt(head) ? String(nextOffset) : head,
      };
    });
    reportProgress({ ...this.#counts, partitions: this.#targets });
  }
}
