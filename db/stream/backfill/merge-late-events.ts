import sql, { type Sql, join, raw } from 'sql-template-tag';
import type { RawEvent } from '../../../domain/log/raw-event.ts';
import type { EventSourceDefinition } from '../../../domain/registry/definition.ts';
import { mostEvents } from '../../../domain/stream/micro-batch-limits.ts';
import { type Instant, earlier, earliest, later, latest } from '../../../domain/time/instant.ts';
import { refoldMerged } from '../../../domain/windows/refold.ts';
import { firstMergeable, tilesToStore } from '../../../domain/windows/retention-floors.ts';
import type { CompiledStreamTable } from '../../../domain/windows/stream-table.ts';
import { tableMerge, touchedRows } from '../../../domain/windows/table-change.ts';
import { windowRanges } from '../../../domain/windows/tail-change.ts';
import { tilePages } from '../../../domain/windows/tile-pages.ts';
import { TileSet } from '../../../domain/windows/tile-set.ts';
import { entitiesOf, withTailTiles } from '../../../domain/windows/tile.ts';
import { windowRows } from '../../../domain/windows/window-row.ts';
import { largestTiles, tileStart } from '../../../domain/windows/window.ts';
import { lockEntities } from '../../commits/entity-locks.ts';
import { holdRevision } from '../../commits/source-revisions.ts';
import { beginWrite, sealWrite } from '../../commits/writes.ts';
import type { TableEngine } from '../../engine/load-engine.ts';
import { placeColumns } from '../../log/log-place.ts';
import { readRawEvents } from '../../log/read-raw-events.ts';
import { isBetween, matches, unnest } from '../../sql/bulk-insert.ts';
import { type Client, type Pool, type Queryable, inTransaction } from '../../sql/client.ts';
import { CHUNK_LENGTH } from '../../sql/hypertable.ts';
import { ident } from '../../sql/identifier.ts';
import { rawEvents, tilesOf } from '../../sql/relations.ts';
import { microsExpression, toTimestamptz } from '../../sql/timestamp.ts';
import { readCompleteTiles } from '../../tables/complete-tiles.ts';
import { forgetCarries } from '../../tables/lifetime-carries.ts';
import { upsertsAgainstStored } from '../../tables/stored-rows.ts';
import type { TableWrite } from '../../tables/table-write.ts';
import { writeTiles } from '../../tables/tiles.ts';
import { timeClusters } from '../../tables/time-clusters.ts';
import { CELLS_PER_PAGE, writeRows } from '../../tables/write-rows.ts';
import { endOfFewChunks } from '../touched-chunks.ts';
import type { TimeRange } from './refilled-tiles.ts';
import { removeRowsExcept } from './remove-rows.ts';
import { type TileSlot, slotClusters, slotColumns, slotId, slotsOfFewEvents } from './tile-slots.ts';

/** Event times `[from, to)`, both at tile bounds. Null: no bound on that side. */
export interface LateRange {
  readonly from: Instant | null;
  readonly to: Instant | null;
}

/**
 * The raw events that a step reads for each of its late events, on average, at most: a tail can hold many. They
 * bound its memory.
 */
const EVENTS_PER_LATE_EVENT = 10;

/** What one step of a late merge did. */
export interface MergeStep {
  /** The number of late events that were merged into the windows they had missed. */
  readonly merged: number;
  /** The number of new or changed rows. */
  readonly rows: number;
  /** The remaining kept late events are at this moment or later. */
  readonly reached: Instant;
}

/**
 * The number of kept late events of a range that can be merged, and of those that cannot, since retention has
 * removed what they need (`lost`).
 */
export async function countKeptLateEvents(
  db: Queryable,
  tableEngine: TableEngine,
  range: LateRange,
): Promise<{ readonly kept: number; readonly lost: number }> {
  const bucket = `time_bucket(interval '1 microsecond' * ${CHUNK_LENGTH}, event_ts, timestamptz 'epoch')`;
  const { rows } = await db.query<{ chunk: string; listed: number }>(sql`
    SELECT ${raw(microsExpression(bucket))} AS chunk, count(*)::float8 AS listed FROM events.late_events AS late
    WHERE ${isKept(tableEngine, range)} GROUP BY 1 ORDER BY 1`);
  const chunks = rows.map(({ chunk }) => ({ from: BigInt(chunk), to: BigInt(chunk) + CHUNK_LENGTH }));
  let kept = 0;
  for (let rest = chunks; rest.length > 0;) {
    const some = firstInFewChunks(tableEngine, rest);
    for (const near of timeClusters(some, (chunk) => chunk))
      kept += await countKeptIn(db, tableEngine, within(range, near));
    rest = rest.slice(some.length);
  }
  return { kept, lost: rows.reduce((sum, { listed }) => sum + listed, 0) - kept };
}

async function countKeptIn(db: Queryable, tableEngine: TableEngine, range: TimeRange): Promise<number> {
  const { rows } = await db.query<{ kept: number }>(sql`
    SELECT count(*)::float8 AS kept FROM ${keptLateEvents(tableEngine, range)}`);
  return rows[0]!.kept;
}

/** The first of some spans of time, in order, as many as one statement may lock the chunks of. */
function firstInFewChunks<Span extends TimeRange>({ table }: TableEngine, spans: readonly Span[]): Span[] {
  const few = endOfFewChunks(
    [table],
    spans.map(({ from }) => from),
  );
  return spans.filter(({ from }) => few === undefined || from < few);
}

/** The part of a range that some spans of time cover, in order. */
function within({ from, to }: LateRange, spans: readonly TimeRange[]): TimeRange {
  const [first, last] = [spans[0]!.from, latest(spans.map((span) => span.to))];
  return { from: from === null ? first : later(first, from), to: to === null ? last : earlier(last, to) };
}

/**
 * Merges the next kept late events of a range into the windows that they missed, in one transaction. The
 * tiles of these events are refolded as if no event had been late, and the rows of their windows get new
 * versions. A merged event is no longer kept, so a retry does nothing twice.
 *
 * @param maxEvents how many events to take, fewer if the table is wide, or if they lie in many chunks or in tails
 * of many events. The step also takes all further kept late events of their tiles.
 * @returns undefined when the range has no kept late event left.
 * @throws AsofError `ASOF_DEFINITIONS_CHANGED` (conflict) when the registry has changed since the engine was
 * loaded.
 */
export async function mergeNextLateEvents(
  pool: Pool,
  tableEngine: TableEngine,
  range: LateRange,
  maxEvents: number,
): Promise<MergeStep | undefined> {
  return inTransaction(pool, async (client) => {
    await holdRevision(client, tableEngine.engine.source.name, tableEngine.engine.revision);
    return mergeStep({ client, ...tableEngine }, range, maxEvents, sealWrite);
  });
}

/** A late merge in an open transaction. */
export interface OpenMerge extends TableEngine {
  readonly client: Client;
}

/**
 * The step of {@link mergeNextLateEvents}, in a transaction that holds the revision.
 *
 * @param seal ends the write of the step.
 */
export async function mergeStep(
  { client, ...tableEngine }: OpenMerge,
  range: LateRange,
  maxEvents: number,
  seal: typeof sealWrite,
): Promise<MergeStep | undefined> {
  const { engine, table } = tableEngine;
  const { source } = engine;
  const { name } = table.definition;
  const next = await nextSlots(client, tableEngine, range, Math.min(maxEvents, mostEvents(table)));
  if (!next) return undefined;
  const { slots, reached } = next;
  if (slots.length === 0) return { merged: 0, rows: 0, reached };
  const keys = slots.map(({ key }) => key);
  await lockEntities(client, name, keys);
  const writeId = await beginWrite(client);
  const write = { client, engine, table, writeId };
  const events = await rawEventsIn(client, source, table, slots);
  const merged = await markMerged(write, events);
  const rows = await replaceTiles(write, slots, events);
  await seal(client, writeId, { kind: 'backfill', subject: name });
  return { merged, rows, reached };
}

/**
 * The range without the tiles that can no longer be refolded, or whose windows can no longer be computed,
 * because of retention.
 */
function aboveFloors({ engine, table }: TableEngine, { from, to }: LateRange): LateRange {
  const first = firstMergeable(table, engine.floors);
  if (first === undefined) return { from, to };
  return { from: from === null ? first : later(from, first), to };
}

/**
 * The tiles of the first `limit` kept late events of a range, by time, or of fewer, if they lie in many chunks.
 * Undefined if none is listed.
 */
async function nextSlots(
  client: Client,
  tableEngine: TableEngine,
  range: LateRange,
  limit: number,
): Promise<{ readonly slots: readonly TileSlot[]; readonly reached: Instant } | undefined> {
  const largest = largestTiles(tableEngine.table.window);
  const { rows: listed } = await client.query<{ at: string }>(sql`
    SELECT ${raw(microsExpression('event_ts'))} AS at FROM events.late_events AS late
    WHERE ${isKept(tableEngine, aboveFloors(tableEngine, range))} ORDER BY event_ts LIMIT ${limit}`);
  if (listed.length === 0) return undefined;
  const times = firstInFewChunks(
    tableEngine,
    listed.map(({ at }) => ({ from: BigInt(at), to: BigInt(at) + 1n })),
  );
  const slots = new Map<string, TileSlot>();
  for (const near of timeClusters(times, (time) => time)) {
    const { rows } = await client.query<{ key: string[]; at: string }>(sql`
      SELECT key, ${raw(microsExpression('event_ts'))} AS at FROM ${keptLateEvents(tableEngine, within(range, near))}`);
    for (const { key, at } of rows) {
      const start = tileStart(largest, BigInt(at));
      slots.set(slotId({ key, start }), { key, start });
    }
  }
  const inOrder = [...slots.values()].sort((a, b) => (a.start < b.start ? -1 : 1));
  const few = await slotsOfFewEvents(client, tableEngine, inOrder, limit * EVENTS_PER_LATE_EVENT);
  const { to } = times.at(-1)!;
  const reached = slots.size > 0 ? tileStart(largest, to - 1n) : to;
  return { slots: inOrder.slice(0, few), reached: inOrder[few]?.start ?? reached };
}

/** The kept late events of a range whose raw events are stored and whose tiles can be refolded. */
function keptLateEvents(tableEngine: TableEngine, range: TimeRange): Sql {
  const { source } = tableEngine.engine;
  const time = ident('raw', source.eventTime);
  return sql`(
    SELECT late.key, late.event_ts FROM events.late_events AS late
    WHERE ${isKept(tableEngine, aboveFloors(tableEngine, range))} AND EXISTS (
      SELECT FROM ${rawEvents(source)} AS raw
      WHERE ${time} = late.event_ts AND ${time} >= ${toTimestamptz(range.from)} AND ${time} < ${toTimestamptz(range.to)}
        AND raw.kafka_partition = late.kafka_partition AND raw.kafka_offset = late.kafka_offset AND raw.kafka_index = late.kafka_index)
  ) AS kept`;
}

/** A condition: the line of the late list is one of the table's in the range, and not merged. */
function isKept({ engine, table }: TableEngine, { from, to }: LateRange): Sql {
  const conditions = [
    sql`late.feature_table = ${table.definition.name}`,
    sql`late.source = ${engine.source.name}`,
    sql`late.merged_by IS NULL`,
    ...(from === null ? [] : [sql`late.event_ts >= ${toTimestamptz(from)}`]),
    ...(to === null ? [] : [sql`late.event_ts < ${toTimestamptz(to)}`]),
  ];
  return join(conditions, ' AND ');
}

/** The raw events of some tiles. */
async function rawEventsIn(
  client: Client,
  source: EventSourceDefinition,
  table: CompiledStreamTable,
  slots: readonly TileSlot[],
): Promise<RawEvent[]> {
  const time = ident('raw', source.eventTime);
  const events: RawEvent[] = [];
  for (const near of slotClusters(table, slots)) {
    const among = sql`
      JOIN ${unnest(slotColumns(table, near), 'slot')}
        ON ${matches('raw', 'slot', table.definition.primaryKeys)} AND ${time} >= slot.slot_from AND ${time} < slot.slot_to`;
    const starts = near.map(({ start }) => start);
    const range = { from: earliest(starts), to: latest(starts) + largestTiles(table.window).slide };
    for (const event of await readRawEvents(client, source, range, among)) events.push(event);
  }
  return events;
}

async function deleteTiles(
  client: Client,
  table: CompiledStreamTable,
  slots: readonly TileSlot[],
): Promise<void> {
  for (const near of slotClusters(table, slots)) {
    const starts = near.map(({ start }) => start);
    await client.query(sql`
      DELETE FROM ${tilesOf(table.definition.name)} AS tile USING ${unnest(slotColumns(table, near), 'slot')}
      WHERE ${matches('tile', 'slot', table.definition.primaryKeys)}
        AND tile.tile_start >= slot.slot_from AND tile.tile_start < slot.slot_to
        AND ${isBetween('tile', 'tile_start', [...starts, latest(starts) + largestTiles(table.window).slide])}`);
  }
}

/** Replaces some tiles by refolds of all of their events, and writes the rows of their windows. */
async function replaceTiles(
  write: TableWrite,
  slots: readonly TileSlot[],
  events: readonly RawEvent[],
): Promise<number> {
  const { client, engine, table } = write;
  await deleteTiles(client, table, slots);
  const tiles = refoldMerged(table, events);
  const floor = engine.floors.tiles.get(table.definition.name);
  await writeTiles(client, table, tilesToStore({ created: withTailTiles(table, tiles), changed: [] }, floor));
  await forgetCarries(client, table, entitiesOf(tiles));
  let rows = 0;
  for (const page of tilePages(table, tiles, CELLS_PER_PAGE)) {
    const { reads } = tableMerge(table, page, []);
    const complete = new TileSet(table, await readCompleteTiles(write, reads));
    const touched = touchedRows(table, complete, page);
    const pageRows = windowRows(table, touched, complete);
    const written = await writeRows(write, pageRows, (some) => upsertsAgainstStored(client, table, some));
    rows += written.rows;
    if (table.window.tail === undefined) continue;
    // An event that enters sooner than before leaves no row where it entered then.
    rows += await removeRowsExcept(write, windowRanges(table, page.tiles), touched);
  }
  return rows;
}

/** Marks the kept late events among some events as merged by this write, and returns their number. */
async function markMerged(
  { client, engine, table, writeId }: TableWrite,
  merged: readonly RawEvent[],
): Promise<number> {
  const columns = placeColumns(merged.map(({ event }) => event));
  const { rowCount } = await client.query(sql`
    UPDATE events.late_events AS late SET merged_by = ${writeId}
    FROM ${unnest(columns, 'merged')}
    WHERE late.source = ${engine.source.name} AND late.feature_table = ${table.definition.name} AND late.merged_by IS NULL
      AND late.kafka_partition = merged.kafka_partition AND late.kafka_offset = merged.kafka_offset
      AND late.kafka_index = merged.kafka_index`);
  return rowCount ?? 0;
}
