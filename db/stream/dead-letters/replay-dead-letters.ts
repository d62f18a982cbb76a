import sql, { raw } from 'sql-template-tag';
import type { DeadLetter } from '../../../domain/log/dead-letter.ts';
import { NOTHING_SEEN, type SeenEvents } from '../../../domain/log/deduplication.ts';
import type { KafkaRecord } from '../../../domain/log/kafka-record.ts';
import type { Watermark } from '../../../domain/log/watermark.ts';
import type { EventSourceDefinition } from '../../../domain/registry/definition.ts';
import type { MicroBatch, StreamEngine } from '../../../domain/stream/micro-batch.ts';
import { mergeTiles } from '../../../domain/windows/tile-set.ts';
import { lockAccounts } from '../../commits/ledger-lock.ts';
import { holdRevision } from '../../commits/source-revisions.ts';
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
import { type LogPlace, placeColumns, placeId } from '../../log/log-place.ts';
import { unnest } from '../../sql/bulk-insert.ts';
import { type Client, type Pool, inTransaction } from '../../sql/client.ts';
import { rawEvents } from '../../sql/relations.ts';
import { microsExpression } from '../../sql/timestamp.ts';
import { mergeIntoTable } from '../../tables/merge-into-table.ts';
import { repeatedDeadLetters } from './repeated-dead-letters.ts';

/** Dead letters that one transaction looks at: each costs a look through the raw events' offsets. */
const CHUNK = { limit: 5_000, maxBytes: 32 * 1024 * 1024 };

/** What became of some dead letters. */
export interface ReplayedChunk {
  /** The last one that was looked at; undefined when there were none left. */
  readonly last: LogPlace | undefined;
  readonly replayed: number;
  readonly remaining: number;
  /** Replayed ones that came too late for a window. */
  readonly late: number;
  /** Window rows that are new or changed. */
  readonly rows: number;
}

/**
 * Decodes the next dead letters after a place again, in one transaction: those that are events now move to the raw
 * events and enter tiles and windows, the others stay with their reasons. Each meets the watermark at its own place in
 * the log, and moves nobody else's.
 *
 * @throws AsofError `ASOF_DEFINITIONS_CHANGED` (conflict) when the engine is no longer what the registry says.
 */
export async function replayNextDeadLetters(
  pool: Pool,
  engine: RegisteredEngine,
  reason: string | null,
  after: LogPlace,
): Promise<ReplayedChunk> {
  const { name } = engine.source;
  return inTransaction(pool, async (client) => {
    await holdRevision(client, name, engine.revision);
    await lockAccounts(client, name);
    const letters = await nextDeadLetters(client, name, reason, after, CHUNK);
    const last = letters.at(-1)?.record;
    if (!last) return { last: undefined, replayed: 0, remaining: 0, late: 0, rows: 0 };

    const watermarks = await watermarksAt(client, engine.source, letters);
    const repeated = await repeatedDeadLetters(client, engine, letters, watermarks);
    const batch = foldEach(engine, letters, watermarks, repeated);
    await updateRejections(client, name, changedRejections(letters, batch.deadLetters));
    const rows = batch.raw.length > 0 ? await moveToRawEvents(client, engine, batch) : 0;
    return {
      last: { partition: last.partition, offset: last.offset },
      replayed: batch.raw.length,
      remaining: batch.deadLetters.length,
      late: new Set(batch.late.map(({ event }) => event)).size,
      rows,
    };
  });
}

async function moveToRawEvents(client: Client, engine: StreamEngine, batch: MicroBatch): Promise<number> {
  const { source } = engine;
  const writeId = await beginWrite(client);
  await deleteDeadLetters(
    client,
    source.name,
    batch.raw.map(({ event }) => event),
  );
  await insertRawEvents(client, source, batch.raw, writeId);
  await insertLateEvents(client, source, batch.late, writeId);
  await recordReplay(client, source.name, batch.raw);
  let rows = 0;
  for (const table of engine.tables) {
    const tiles = [...mergeTiles(table, [], batch.tiles.get(table.definition.name) ?? [])];
    if (tiles.length > 0) rows += await mergeIntoTable(client, engine, table, tiles, writeId);
  }
  await sealWrite(client, writeId, 'replay', source.name);
  return rows;
}

/** Each letter folded by itself, at the watermark of its place; what they become, together. */
function foldEach(
  engine: StreamEngine,
  letters: readonly StoredDeadLetter[],
  watermarks: ReadonlyMap<string, Watermark>,
  repeated: ReadonlyMap<string, SeenEvents>,
): MicroBatch {
  const batches = letters.map(({ record }) => {
    const id = placeId(record);
    return engine.fold([record], new Map([[record.partition, watermarks.get(id)]]), repeated.get(id));
  });
  return {
    raw: batches.flatMap(({ raw }) => raw),
    deadLetters: batches.flatMap(({ deadLetters }) => deadLetters),
    late: batches.flatMap(({ late }) => late),
    tiles: new Map(
      engine.tables.map(({ definition: { name } }) => [
        name,
        batches.flatMap(({ tiles }) => tiles.get(name) ?? []),
      ]),
    ),
    watermarks: new Map(),
    seen: NOTHING_SEEN,
  };
}

function changedRejections(
  letters: readonly StoredDeadLetter[],
  rejected: readonly DeadLetter[],
): DeadLetter[] {
  const before = new Map(letters.map((letter) => [letter.record, letter]));
  return rejected.filter(({ record, rejection }) => {
    const { reason, detail } = before.get(record)!;
    return reason !== rejection.reason || detail !== rejection.detail;
  });
}

/**
 * The watermark at each letter's place in the log, by {@link placeId}: what the next raw event of its partition met, as
 * only raw events move it; where none comes after it, what the cursor holds. Watermarks never go back, so the next
 * raw event's is the least of all that come after. One look through the raw events, which are not indexed by offset.
 */
async function watermarksAt(
  client: Client,
  source: EventSourceDefinition,
  letters: readonly { readonly record: KafkaRecord }[],
): Promise<Map<string, Watermark>> {
  const { rows } = await client.query<{ partition: number; offset: string; watermark: string | null }>(sql`
    WITH letter AS (
      SELECT *, row_number() OVER (PARTITION BY kafka_partition ORDER BY kafka_offset) AS place
      FROM ${unnest(placeColumns(letters.map(({ record }) => record)), 'letter')}
    ), bounds AS (
      SELECT kafka_partition, array_agg(kafka_offset ORDER BY kafka_offset) AS offsets FROM letter GROUP BY kafka_partition
    ), following AS (
      SELECT kafka_partition, width_bucket(kafka_offset, offsets)::bigint AS place,
             min(coalesce(watermark, '-infinity')) AS watermark
      FROM ${rawEvents(source)} JOIN bounds USING (kafka_partition)
      WHERE kafka_offset > offsets[1] GROUP BY kafka_partition, place
    ), met AS (
      SELECT kafka_partition, kafka_offset,
             min(watermark) OVER (PARTITION BY kafka_partition ORDER BY place DESC) AS watermark
      FROM letter LEFT JOIN following USING (kafka_partition, place)
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
