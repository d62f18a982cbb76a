import { setImmediate } from 'node:timers/promises';
import type { OffsetRange } from '../../adapters/kafka/reading.ts';
import type { Cursor, LastRecord } from '../../db/log/cursors.ts';
import type { LedgerEntry } from '../../db/log/ledger.ts';
import { readSeenEvents } from '../../db/log/seen-events.ts';
import type { Pool } from '../../db/sql/client.ts';
import { NOTHING_SEEN, type SeenEvents, overlay } from '../../domain/log/deduplication.ts';
import { countInvalid } from '../../domain/log/event.ts';
import type { KafkaRecord } from '../../domain/log/kafka-record.ts';
import type { RawEvent } from '../../domain/log/raw-event.ts';
import type { Rejection } from '../../domain/log/rejection.ts';
import type { SkipReason, SkippedRecord } from '../../domain/log/skipped.ts';
import type { Watermark } from '../../domain/log/watermark.ts';
import { recordsPerPage } from '../../domain/stream/micro-batch-limits.ts';
import type { MicroBatch, StreamEngine } from '../../domain/stream/micro-batch.ts';
import { type CountsByName, addByName } from '../../domain/stream/stream-counts.ts';
import { type Instant, latest } from '../../domain/time/instant.ts';
import { reportAlive } from '../shared/progress.ts';
import { type ReadPart, cutAfter } from './read-part.ts';
import { fingerprint } from './topic-identity.ts';

/** The cursor of each partition at which the next micro-batch starts. */
export type Cursors = ReadonlyMap<number, Cursor>;

/** A micro-batch that is ready to be committed. */
export interface FoldedBatch {
  readonly read: ReadPart;
  /** The cursors at which it starts. */
  readonly from: Cursors;
  /** The latest Kafka timestamp that counts. Undefined if there is none. */
  readonly newest: Instant | undefined;
  readonly batch: MicroBatch;
  readonly entries: readonly LedgerEntry[];
  /** The cursors at which the micro-batch after it starts. */
  readonly cursors: Cursors;
  /** What was read for the micro-batch after it. Undefined: everything that was read is folded. */
  readonly rest: ReadPart | undefined;
}

/**
 * Folds the records that were read from the `cursors` on, or as many as a micro-batch takes. `seen` are the
 * events that they may repeat.
 */
export async function foldMicroBatch(
  engine: StreamEngine,
  read: ReadPart,
  cursors: Cursors,
  seen: SeenEvents,
): Promise<FoldedBatch> {
  const { batch, folded } = await foldInPages(engine, read.records, watermarksOf(read, cursors), seen);
  if (folded === read.records.length) return readyToCommit(batch, read, cursors);
  const [taken, rest] = cutAfter(read, folded);
  return { ...readyToCommit(batch, taken, cursors), rest };
}

/** A micro-batch in which each record is a dead letter, for the same reason. */
export function deadLetterBatch(read: ReadPart, cursors: Cursors, rejection: Rejection): FoldedBatch {
  const batch: MicroBatch = {
    raw: [],
    deadLetters: read.records.map((record) => ({ record, rejection })),
    skipped: [],
    late: [],
    tiles: new Map(),
    watermarks: watermarksOf(read, cursors),
    seen: NOTHING_SEEN,
  };
  return readyToCommit(batch, read, cursors);
}

/**
 * Folds a micro-batch of one record again, of which places are dead letters that would be events.
 *
 * @param refused why, by their index.
 */
export function foldRefused(
  engine: StreamEngine,
  { read, from }: FoldedBatch,
  seen: SeenEvents,
  refused: ReadonlyMap<number, Rejection>,
): FoldedBatch {
  const folding = engine.folding(watermarksOf(read, from), seen);
  folding.add(read.records, refused);
  return readyToCommit(folding.result(), read, from);
}

function watermarksOf({ ranges }: ReadPart, cursors: Cursors): Map<number, Watermark> {
  return new Map(begun(ranges).map(({ partition }) => [partition, cursors.get(partition)!.watermark]));
}

function begun(ranges: readonly OffsetRange[]): OffsetRange[] {
  return ranges.filter(({ from, to }) => from < to);
}

function readyToCommit(batch: MicroBatch, read: ReadPart, from: Cursors): FoldedBatch {
  const last = lastRecords(read.records);
  const entries = ledgerEntries(batch, begun(read.ranges)).map((entry) => ({
    ...entry,
    last: last.get(entry.partition),
  }));
  const cursors = new Map(from);
  for (const { partition, to, watermark } of entries) {
    const known = last.get(partition) ?? from.get(partition)!.last;
    cursors.set(partition, { partition, nextOffset: to, watermark, last: known });
  }
  return { read, from, newest: newestOf(batch), batch, entries, cursors, rest: undefined };
}

function newestOf({ raw }: MicroBatch): Instant | undefined {
  const times = raw.flatMap(({ event: { kafkaTs } }) => (kafkaTs === null ? [] : [kafkaTs]));
  return times.length > 0 ? latest(times) : undefined;
}

function lastRecords(records: readonly KafkaRecord[]): Map<number, LastRecord> {
  const last = new Map(records.map((record) => [record.partition, record]));
  return new Map(
    [...last].map(([partition, record]) => [
      partition,
      { offset: record.offset, fingerprint: fingerprint(record) },
    ]),
  );
}

/** Folds page by page, so that heartbeats and a running commit continue in between, until the fold is full. */
async function foldInPages(
  engine: StreamEngine,
  records: readonly KafkaRecord[],
  watermarks: ReadonlyMap<number, Watermark>,
  seen: SeenEvents,
): Promise<{ readonly batch: MicroBatch; readonly folded: number }> {
  const folding = engine.folding(watermarks, seen);
  let folded = 0;
  for (const page of pagesOf(records, engine)) {
    folding.add(page);
    folded += page.length;
    reportAlive();
    await setImmediate();
    if (folding.isFull) break;
  }
  return { batch: folding.result(), folded };
}

/**
 * Reads the events that the records may repeat: those that the database has seen with their keys, and above
 * them those of the previous micro-batch, whose commit may be under way. Empty, without a query, if the
 * source is not deduplicated.
 */
export async function seenBefore(
  pool: Pool,
  engine: StreamEngine,
  records: readonly KafkaRecord[],
  underWay: SeenEvents,
): Promise<SeenEvents> {
  if (!engine.deduplication) return NOTHING_SEEN;
  const keys = new Map<number, Set<string>>();
  for (const page of pagesOf(records, engine)) {
    for (const [partition, found] of engine.keysOf(page)) {
      const known = keys.get(partition) ?? new Set();
      for (const key of found) known.add(key);
      keys.set(partition, known);
    }
    reportAlive();
    await setImmediate();
  }
  return overlay(await readSeenEvents(pool, engine.source.name, keys), underWay);
}

/** The bytes of a page whose records hold several events. The shortest event has two bytes. */
const BYTES_PER_PAGE = 262_144;

function* pagesOf(
  records: readonly KafkaRecord[],
  { tables, source }: StreamEngine,
): Generator<readonly KafkaRecord[]> {
  const size = recordsPerPage(tables);
  const most = source.explode ? BYTES_PER_PAGE : Infinity;
  let start = 0;
  while (start < records.length) {
    let end = start + 1;
    let bytes = byteLength(records[start]!);
    while (end < Math.min(start + size, records.length) && bytes < most) bytes += byteLength(records[end++]!);
    yield records.slice(start, end);
    start = end;
  }
}

function byteLength({ value }: KafkaRecord): number {
  return value?.byteLength ?? 0;
}

/** Counts what became of each range, in one pass over the batch however many partitions there are. */
export function ledgerEntries(batch: MicroBatch, ranges: readonly OffsetRange[]): LedgerEntry[] {
  const late = new Set(batch.late.map(({ event }) => event));
  const raw = countByPartition(batch.raw.map(({ event }) => event));
  const duplicates = countByPartition(
    batch.raw.filter(({ duplicate }) => duplicate).map(({ event }) => event),
  );
  const deadLetters = countByPartition(batch.deadLetters.map(({ record }) => record));
  const lateEvents = countByPartition(late);
  const skips = skipsByPartition(batch.skipped);
  const invalidFields = invalidByPartition(batch.raw);
  const extra = extraPlaces(batch);
  return ranges.map((range) => ({
    ...range,
    watermark: batch.watermarks.get(range.partition),
    raw: raw.get(range.partition) ?? 0,
    duplicates: duplicates.get(range.partition) ?? 0,
    deadLetters: deadLetters.get(range.partition) ?? 0,
    late: lateEvents.get(range.partition) ?? 0,
    lost: 0n,
    filtered: skips.filtered.get(range.partition) ?? 0,
    tombstones: skips.tombstone.get(range.partition) ?? 0,
    emptyLists: skips.empty_list.get(range.partition) ?? 0,
    extraPlaces: extra.get(range.partition) ?? 0,
    invalidFields: invalidFields.get(range.partition) ?? {},
  }));
}

function skipsByPartition(skipped: readonly SkippedRecord[]): Record<SkipReason, Map<number, number>> {
  const counted = (wanted: SkipReason): Map<number, number> =>
    countByPartition(skipped.filter(({ reason }) => reason === wanted).map(({ record }) => record));
  return {
    filtered: counted('filtered'),
    tombstone: counted('tombstone'),
    empty_list: counted('empty_list'),
  };
}

/** By partition: the number of events of records with several, except the first of each record. */
function extraPlaces({ raw, deadLetters, skipped }: MicroBatch): Map<number, number> {
  const counts = new Map<number, number>();
  const add = ({ partition, index = 0 }: Pick<KafkaRecord, 'partition' | 'index'>): void => {
    if (index > 0) counts.set(partition, (counts.get(partition) ?? 0) + 1);
  };
  for (const { event } of raw) add(event);
  for (const { record } of deadLetters) add(record);
  for (const { record } of skipped) add(record);
  return counts;
}

function invalidByPartition(raw: readonly RawEvent[]): Map<number, CountsByName> {
  const counts = new Map<number, CountsByName>();
  for (const { event } of raw) {
    if (!event.invalid) continue;
    counts.set(event.partition, addByName(counts.get(event.partition) ?? {}, countInvalid(event)));
  }
  return counts;
}

function countByPartition(things: Iterable<{ readonly partition: number }>): Map<number, number> {
  const counts = new Map<number, number>();
  for (const { partition } of things) counts.set(partition, (counts.get(partition) ?? 0) + 1);
  return counts;
}
