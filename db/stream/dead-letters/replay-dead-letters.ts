import sql, { raw } from 'sql-template-tag';
import type { DeadLetter } from '../../../domain/log/dead-letter.ts';
import { NOTHING_SEEN, type SeenEvents, lastOriginals } from '../../../domain/log/deduplication.ts';
import type { KafkaRecord } from '../../../domain/log/kafka-record.ts';
import type { Watermark } from '../../../domain/log/watermark.ts';
import type { EventSourceDefinition } from '../../../domain/registry/definition.ts';
import type { MicroBatch, StreamEngine } from '../../../domain/stream/micro-batch.ts';
import { mergeTiles } from '../../../domain/windows/tile-set.ts';
import { entitiesOf } from '../../../domain/windows/tile.ts';
import { lockEntities } from '../../commits/entity-locks.ts';
import { lockAccounts } from '../../commits/ledger-lock.ts';
import { holdRevision, keepWritersOut, raiseRevisions } from '../../commits/source-revisions.ts';
import { beginWrite, sealWrite } from '../../commits/writes.ts';
import type { RegisteredEngine } from '../../engine/load-engine.ts';
import {
  type StoredDeadLetter,
  deleteDeadLetters,
  nextDeadLetters,
  updateRejections,
} from '../../log/dead-letters.ts';
import { insertRawEvents } from '../../log/insert-raw-events.ts';
import { insertLateEvents } from '../../log/late-events.ts';
import { recordReplay } from '../../log/ledger.ts';
import { type LogPlace, placeColumns, placeId, recordId } from '../../log/log-place.ts';
import { rememberEvents } from '../../log/seen-events.ts';
import { unnest } from '../../sql/bulk-insert.ts';
import { type Client, type Pool, inSavepoint, inTransaction } from '../../sql/client.ts';
import { isRefusal, isShortage } from '../../sql/refusal.ts';
import { rawEvents } from '../../sql/relations.ts';
import { microsExpression } from '../../sql/timestamp.ts';
import { mergeIntoTable } from '../../tables/merge-into-table.ts';
import { isTooSparse } from '../touched-chunks.ts';
import { unstorable } from '../unstorable.ts';
import { divideRecords } from './divide-records.ts';
import { repeatedDeadLetters } from './repeated-dead-letters.ts';

/** The bounds of one step, which scans the offsets of the raw events once. */
const MAX_DEAD_LETTERS = 5_000;
const MAX_BYTES = 32 * 1024 * 1024;

/** What one step did. */
export interface ReplayedChunk {
  /** The place of the last dead letter of the step. Undefined if there was none left. */
  readonly last: LogPlace | undefined;
  /** The number of dead letters that became raw events. */
  readonly replayed: number;
  /** The number of dead letters that are not for the source as it is now. They are counted, not stored. */
  readonly skipped: number;
  /** The number of dead letters that still are dead letters. */
  readonly remaining: number;
  /** The number of replayed events that were late for a window. */
  readonly late: number;
  /** The number of new or changed window rows. */
  readonly rows: number;
}

/**
 * Decodes the next dead letters after a place again, in one transaction. Those that are events now become raw
 * events and enter tiles and windows; those that are not for the source any more are counted as skipped; the others remain dead letters, with their current reasons. Each event
 * meets the watermark at its own place in the log, and does not move the watermark of any other event.
 *
 * If the database refuses them because of what is in them, they are halved, until those that it refuses are
 * alone; these remain dead letters, as `unstorable`, or with their reasons if the server is short of something.
 *
 * @param reason takes only dead letters of this reason; null takes all.
 * @throws AsofError `ASOF_DEFINITIONS_CHANGED` (conflict) when the registry has changed since the engine was
 * loaded; `ASOF_LEDGER_BROKEN` when a dead letter lies in no range of the ledger.
 */
export async function replayNextDeadLetters(
  pool: Pool,
  engine: RegisteredEngine,
  reason: string | null,
  after: LogPlace,
): Promise<ReplayedChunk> {
  const { name } = engine.source;
  return inTransaction(pool, async (client) => {
    // The stream must not read the seen events while replayed events join them.
    if (engine.deduplication) await keepWritersOut(client, name);
    await holdRevision(client, name, engine.revision);
    await lockAccounts(client, name);
    const page = { reason, after, limit: MAX_DEAD_LETTERS, maxBytes: MAX_BYTES };
    const found = await nextDeadLetters(client, name, page);
    const isDivided = await divideRecords(client, engine, found, MAX_DEAD_LETTERS);
    const next = isDivided ? await nextDeadLetters(client, name, page) : found;
    if (next.length === 0)
      return { last: undefined, replayed: 0, skipped: 0, remaining: 0, late: 0, rows: 0 };

    await engine.prepare(next.map(({ record }) => record));
    const replay = { client, engine, watermarks: await watermarksAt(client, engine.source, next) };
    const deadLetters = firstInFewChunks(replay, next);
    const last = deadLetters.at(-1)!.record;
    await lockTheirEntities(replay, deadLetters);
    const parts = await replayInParts(replay, deadLetters);
    for (const { writeId } of parts)
      if (writeId) await sealWrite(client, writeId, { kind: 'replay', subject: name });
    const rejected = parts.flatMap((part) => part.deadLetters);
    await updateRejections(client, name, changedRejections(deadLetters, rejected));
    const total = (of: (part: ReplayedPart) => number): number =>
      parts.reduce((sum, part) => sum + of(part), 0);
    return {
      last: { partition: last.partition, offset: last.offset, index: last.index },
      replayed: total(({ replayed }) => replayed),
      skipped: total(({ skipped }) => skipped),
      remaining: total(({ remaining }) => remaining),
      late: total(({ late }) => late),
      rows: total(({ rows }) => rows),
    };
  });
}

/** A replay in an open transaction. */
interface Replay {
  readonly client: Client;
  readonly engine: StreamEngine;
  /** The watermark at each dead letter's record, by {@link recordId}. */
  readonly watermarks: ReadonlyMap<string, Watermark>;
}

/** What became of some dead letters. */
interface ReplayedPart extends Omit<ReplayedChunk, 'last'> {
  /** Undefined if nothing was written. */
  readonly writeId: string | undefined;
  /** Those that remain dead letters and whose present reason is known. */
  readonly deadLetters: readonly DeadLetter[];
}

/**
 * The first of some dead letters, as many as one transaction may store. A refused part gives its locks back,
 * but a replay in one transaction would collect those of all parts that succeed.
 */
function firstInFewChunks(
  { engine, watermarks }: Replay,
  deadLetters: readonly StoredDeadLetter[],
): readonly StoredDeadLetter[] {
  let first = deadLetters;
  while (first.length > 1 && isTooSparse(engine, foldEach(engine, first, watermarks, new Map())))
    first = first.slice(0, Math.ceil(first.length / 2));
  return first;
}

/**
 * Locks the entities of all parts at once, in the order in which every writer locks them. Each part alone
 * would lock its own, in another order.
 */
async function lockTheirEntities(
  { client, engine, watermarks }: Replay,
  deadLetters: readonly StoredDeadLetter[],
): Promise<void> {
  const { tiles } = foldEach(engine, deadLetters, watermarks, new Map());
  for (const { definition } of engine.tables)
    await lockEntities(client, definition.name, entitiesOf(tiles.get(definition.name) ?? []));
}

async function replayInParts(
  replay: Replay,
  deadLetters: readonly StoredDeadLetter[],
): Promise<ReplayedPart[]> {
  try {
    return [await inSavepoint(replay.client, () => replayPart(replay, deadLetters))];
  } catch (error) {
    if (!isRefusal(error)) throw error;
    if (deadLetters.length === 1) return [stillUnstorable(deadLetters[0]!, error)];
    const middle = Math.floor(deadLetters.length / 2);
    return [
      ...(await replayInParts(replay, deadLetters.slice(0, middle))),
      ...(await replayInParts(replay, deadLetters.slice(middle))),
    ];
  }
}

/** A shortage says nothing of the record, which keeps the reason that it had. */
function stillUnstorable({ record }: StoredDeadLetter, refusal: unknown): ReplayedPart {
  const deadLetters = isShortage(refusal) ? [] : [{ record, rejection: unstorable(refusal) }];
  return { writeId: undefined, deadLetters, replayed: 0, skipped: 0, remaining: 1, late: 0, rows: 0 };
}

async function replayPart(
  { client, engine, watermarks }: Replay,
  deadLetters: readonly StoredDeadLetter[],
): Promise<ReplayedPart> {
  const repeated = await repeatedDeadLetters(client, engine, deadLetters, watermarks);
  const batch = foldEach(engine, deadLetters, watermarks, repeated);
  const { writeId, rows } =
    batch.raw.length + batch.skipped.length > 0
      ? await moveOut(client, engine, batch)
      : { writeId: undefined, rows: 0 };
  await rememberReplayed(client, engine, batch);
  return {
    writeId,
    deadLetters: batch.deadLetters,
    replayed: batch.raw.length,
    skipped: batch.skipped.length,
    remaining: batch.deadLetters.length,
    late: new Set(batch.late.map(({ event }) => event)).size,
    rows,
  };
}

/** Moves dead letters to the raw events, or out of the tables if they are not for the source. */
async function moveOut(
  client: Client,
  engine: StreamEngine,
  batch: MicroBatch,
): Promise<{ writeId: string; rows: number }> {
  const { source } = engine;
  const writeId = await beginWrite(client);
  await deleteDeadLetters(client, source.name, [
    ...batch.raw.map(({ event }) => event),
    ...batch.skipped.map(({ record }) => record),
  ]);
  await insertRawEvents(client, source, batch.raw, { writeId, writer: 'replay' });
  await insertLateEvents(client, source, batch.late, writeId);
  await recordReplay(client, source.name, batch);
  let rows = 0;
  for (const table of engine.tables) {
    const tiles = [...mergeTiles(table, [], batch.tiles.get(table.definition.name) ?? [])];
    if (tiles.length > 0) rows += (await mergeIntoTable({ client, engine, table, writeId }, tiles)).rows;
  }
  return { writeId, rows };
}

/**
 * Has the stream find the duplicates of replayed events that it reads later. What it has read ahead of its
 * next commit was not compared with them, so the revision rises, and it reads that again.
 */
async function rememberReplayed(client: Client, engine: StreamEngine, { seen }: MicroBatch): Promise<void> {
  if (seen.size === 0) return;
  await rememberEvents(client, engine.source.name, seen);
  await raiseRevisions(client, [engine.source.name]);
}

/**
 * Folds each dead letter by itself, at the watermark of its place. Returns the results as one micro-batch.
 */
function foldEach(
  engine: StreamEngine,
  stored: readonly StoredDeadLetter[],
  watermarks: ReadonlyMap<string, Watermark>,
  repeated: ReadonlyMap<string, SeenEvents>,
): MicroBatch {
  const batches = stored.map(({ record }) => {
    const before = new Map([[record.partition, watermarks.get(recordId(record))]]);
    return engine.fold([record], before, repeated.get(placeId(record)));
  });
  return {
    raw: batches.flatMap(({ raw }) => raw),
    deadLetters: batches.flatMap(({ deadLetters }) => deadLetters),
    skipped: batches.flatMap(({ skipped }) => skipped),
    late: batches.flatMap(({ late }) => late),
    tiles: new Map(
      engine.tables.map(({ definition: { name } }) => [
        name,
        batches.flatMap(({ tiles }) => tiles.get(name) ?? []),
      ]),
    ),
    watermarks: new Map(),
    seen: batches.map(({ seen }) => seen).reduce(lastOriginals, NOTHING_SEEN),
  };
}

function changedRejections(
  stored: readonly StoredDeadLetter[],
  rejected: readonly DeadLetter[],
): DeadLetter[] {
  const before = new Map(stored.map((deadLetter) => [deadLetter.record, deadLetter]));
  return rejected.filter(({ record, rejection }) => {
    const { reason, detail } = before.get(record)!;
    return reason !== rejection.reason || detail !== rejection.detail;
  });
}

/**
 * The watermark at each dead letter's record in the log, by {@link recordId}. Only raw events move the
 * watermark, so it is the watermark that another event of the record met, or else the partition's next raw
 * event, or the cursor's if no raw event follows. Watermarks never go back, so the next raw event's is the least
 * of all that follow.
 *
 * One scan of the raw events, which have no index by offset.
 */
async function watermarksAt(
  client: Client,
  source: EventSourceDefinition,
  deadLetters: readonly { readonly record: KafkaRecord }[],
): Promise<Map<string, Watermark>> {
  const { rows } = await client.query<{ partition: number; offset: string; watermark: string | null }>(sql`
    WITH dead_letter AS (
      SELECT kafka_partition, kafka_offset, row_number() OVER (PARTITION BY kafka_partition ORDER BY kafka_offset) AS index
      FROM (SELECT DISTINCT kafka_partition, kafka_offset FROM ${unnest(placeColumns(deadLetters.map(({ record }) => record)), 'place')}) AS record
    ), bounds AS (
      SELECT kafka_partition, array_agg(kafka_offset ORDER BY kafka_offset) AS offsets FROM dead_letter GROUP BY kafka_partition
    ), following AS (
      SELECT kafka_partition, width_bucket(kafka_offset, bounds.offsets)::bigint AS index,
             min(coalesce(watermark, '-infinity')) AS watermark
      FROM ${rawEvents(source)} JOIN bounds USING (kafka_partition)
      WHERE kafka_offset >= bounds.offsets[1] GROUP BY 1, 2
    ), met AS (
      SELECT kafka_partition, kafka_offset,
             min(watermark) OVER (PARTITION BY kafka_partition ORDER BY index DESC) AS watermark
      FROM dead_letter LEFT JOIN following USING (kafka_partition, index)
    )
    SELECT kafka_partition AS partition, kafka_offset AS offset,
           ${raw(microsExpression("nullif(coalesce(met.watermark, cursor.watermark), '-infinity')"))} AS watermark
    FROM met LEFT JOIN asof.stream_cursors AS cursor USING (kafka_partition)
    WHERE cursor.source = ${source.name}`);
  return new Map(
    rows.map(({ partition, offset, watermark }) => [
      `${partition}/${offset}`,
      watermark === null ? undefined : BigInt(watermark),
    ]),
  );
}
