import type { ReadLimits, ReadRange, ReadResult } from '../../adapters/kafka/reading.ts';
import type { TopicReader } from '../../adapters/kafka/topic-reader.ts';
import type { RegisteredEngine } from '../../db/engine/load-engine.ts';
import { readCursors } from '../../db/log/cursors.ts';
import type { LedgerEntry } from '../../db/log/ledger.ts';
import type { Pool } from '../../db/sql/client.ts';
import type { RowCounts } from '../../db/tables/row-counts.ts';
import { NOTHING_SEEN } from '../../domain/log/deduplication.ts';
import {
  type Attempts,
  nextRecords,
  recordsOnAttempt,
  recordsTaken,
} from '../../domain/stream/micro-batch-size.ts';
import { NO_COUNTS, type StreamCounts, addByName, addCounts } from '../../domain/stream/stream-counts.ts';
import { type Instant, formatInstant, later } from '../../domain/time/instant.ts';
import type { PartitionTarget, ShardReceipt, ShardTask } from '../../schemas/workflows/stream-features.ts';
import { reportProgress } from '../shared/progress.ts';
import { type Committed, commitInParts } from './commit-in-parts.ts';
import { type Cursors, type FoldedBatch, foldMicroBatch, seenBefore } from './fold-micro-batch.ts';
import type { ReadPart } from './read-part.ts';
import { checkSameTopic } from './topic-identity.ts';

/** What a shard needs to make micro-batches. */
export interface ShardTools {
  readonly pool: Pool;
  readonly reader: TopicReader;
  readonly engine: RegisteredEngine;
  /** Ends a read. */
  readonly signal: AbortSignal;
}

/** When a shard ends, in epoch ms. */
export interface ShardTimes {
  /** No micro-batch begins after this. */
  readonly reportAt: number;
  /** No further part of a micro-batch that is committed in parts begins after this. */
  readonly endAt: number;
}

/**
 * From this attempt on, a record that the database refuses for want of memory counts as the reason, unless the
 * one before it was refused too: then the server is short of memory, whatever the record.
 */
const BLAMING_ATTEMPT = 5;
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
  readonly #most: Pick<ReadLimits, 'maxRecords' | 'maxBytes'>;
  readonly #blamesRecords: boolean;
  /** Whether the last transaction stored a record that the database had refused as an event. */
  #lastWasRefused = false;
  /** The greatest number of records of the next micro-batch. */
  #maxRecords: number;
  /** The records of the last micro-batch that was begun and not committed; 0 if there is none. */
  #unfinished: number;
  /** The greatest number of records that one transaction of the micro-batch has committed. */
  #largestPart = 0;
  #counts: StreamCounts = NO_COUNTS;
  #targets: readonly PartitionTarget[];
  #newest: Instant | undefined;
  /** The partitions whose topic is known to be the one that was read. */
  readonly #begun = new Set<number>();
  #joins = 0;

  constructor({ settings, targets, follow, ...found }: ShardTask, attempts: Attempts) {
    const { maxRecords, maxBytes } = settings;
    this.#targets = targets;
    this.#follow = follow;
    this.#most = { maxRecords, maxBytes };
    this.#maxRecords = recordsOnAttempt(attempts, Math.min(found.maxRecords ?? maxRecords, maxRecords));
    this.#unfinished = attempts.unfinished ?? 0;
    this.#blamesRecords = attempts.attempt >= BLAMING_ATTEMPT;
  }

  get receipt(): ShardReceipt {
    return {
      counts: this.#counts,
      targets: this.#targets,
      newestRecordAt: this.#newest === undefined ? null : formatInstant(this.#newest),
      maxRecords: this.#maxRecords,
    };
  }

  /**
   * Runs micro-batches until the targets are reached, it is time to report, or the signal aborts. While a
   * micro-batch is committed, the next is read and folded. The first micro-batch starts at the cursors of the
   * database, each later one where the previous fold ended, with what is left of its read. If a commit fails,
   * what was read ahead of it is discarded; if it made dead letters of what had been folded as events, what was
   * read ahead is folded again.
   */
  async run(tools: ShardTools, times: ShardTimes): Promise<void> {
    const { pool, reader, engine, signal } = tools;
    let cursors = await this.#readCursors(pool, engine.source.name);
    let committing: Promise<Committed> = Promise.resolve({ cursors, isWhole: true, isAsFolded: true });
    let underWay = NOTHING_SEEN;
    const fold = async (read: ReadPart): Promise<FoldedBatch> => {
      await engine.prepare(read.records);
      return foldMicroBatch(engine, read, cursors, await seenBefore(pool, engine, read.records, underWay));
    };
    let rest: ReadPart | undefined;
    try {
      while (!signal.aborted && Date.now() < times.reportAt) {
        const ranges = this.#ranges(cursors, reader.joins);
        if (ranges.length === 0) break;
        const limits = this.#limits(times.reportAt, committing);
        const read = rest ?? (await this.#read(tools, cursors, ranges, limits));
        let folded = await fold(read);
        const committed = await committing;
        if (!committed.isWhole) break;
        if (!committed.isAsFolded) {
          ({ cursors } = committed);
          underWay = NOTHING_SEEN;
          folded = await fold(read);
        }
        ({ rest } = folded);
        if (folded.entries.length === 0) continue;
        committing = this.#commit(tools, folded, times.endAt);
        committing.catch(() => {}); // the await throws it
        cursors = folded.cursors;
        underWay = folded.batch.seen;
      }
      await committing;
    } finally {
      await Promise.allSettled([committing]);
    }
  }

  async #read(
    { engine, reader, signal }: ShardTools,
    cursors: Cursors,
    ranges: readonly ReadRange[],
    limits: ReadLimits,
  ): Promise<ReadPart> {
    const read = await reader.read(ranges, limits, signal);
    checkSameTopic(engine.source, read.before, cursors);
    this.#haveBegun(read);
    return read;
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

  #limits(reportAt: number, committing: Promise<unknown>): ReadLimits {
    const limits = { ...this.#most, maxRecords: this.#maxRecords };
    if (!this.#follow) return limits;
    const waitMs = Math.min(WAIT_MS, Math.max(0, reportAt - Date.now()));
    const ready = committing.then(
      () => {},
      () => {},
    );
    return { ...limits, following: { waitMs, lingerMs: LINGER_MS, ready } };
  }

  async #commit(
    { pool, engine, signal }: ShardTools,
    folded: FoldedBatch,
    endAt: number,
  ): Promise<Committed> {
    const startedAt = Date.now();
    const records = folded.read.records.length;
    this.#unfinished = records;
    this.#largestPart = 0;
    this.#report();
    const committed = await commitInParts(
      {
        pool,
        engine,
        mayBlame: () => this.#blamesRecords && !this.#lastWasRefused,
        // Each activity commits something, else the same parts might be tried again for ever.
        mayGoOn: () => !signal.aborted && (this.#counts.microBatches === 0 || Date.now() < endAt),
        onCommit: (part, counts) => this.#count(part, counts),
      },
      folded,
    );
    this.#unfinished = 0;
    this.#report();
    const taken = recordsTaken(this.#maxRecords, records, this.#largestPart);
    this.#maxRecords = nextRecords(taken, this.#most.maxRecords, Date.now() - startedAt);
    return committed;
  }

  #count(
    { read: { records }, newest, batch, entries, cursors }: FoldedBatch,
    { rows, approximate }: RowCounts,
  ): void {
    const total = (of: (entry: LedgerEntry) => number): number =>
      entries.reduce((sum, entry) => sum + of(entry), 0);
    const unstorable = batch.deadLetters.filter(({ rejection }) => rejection.reason === 'unstorable').length;
    this.#lastWasRefused = unstorable > 0;
    this.#largestPart = Math.max(this.#largestPart, records.length);
    this.#counts = addCounts(this.#counts, {
      microBatches: 1,
      records: records.length,
      rows,
      approximateRows: approximate,
      raw: total(({ raw }) => raw),
      duplicates: total(({ duplicates }) => duplicates),
      deadLetters: total(({ deadLetters }) => deadLetters),
      unstorable,
      late: total(({ late }) => late),
      skipped: total(({ filtered, tombstones, emptyLists }) => filtered + tombstones + emptyLists),
      invalidFields: entries.map(({ invalidFields }) => invalidFields).reduce(addByName, {}),
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
    this.#report();
  }

  /** The next attempt learns from it what this one did not finish. */
  #report(): void {
    reportProgress({
      ...this.#counts,
      partitions: this.#targets,
      ...(this.#unfinished > 0 && { unfinished: this.#unfinished }),
    });
  }
}
