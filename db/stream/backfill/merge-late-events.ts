import sql, { type Sql, join, raw } from 'sql-template-tag';
import type { RawEvent } from '../../../domain/log/raw-event.ts';
import type { EventSourceDefinition } from '../../../domain/registry/definition.ts';
import type { StreamEngine } from '../../../domain/stream/micro-batch.ts';
import { type Instant, earliest, floorTo, later, latest } from '../../../domain/time/instant.ts';
import { refoldMerged } from '../../../domain/windows/refold.ts';
import { firstMergeable, tilesToStore } from '../../../domain/windows/retention-floors.ts';
import type { CompiledStreamTable, EntityKey } from '../../../domain/windows/stream-table.ts';
import { tableMerge, touchedRows } from '../../../domain/windows/table-change.ts';
import { TileSet } from '../../../domain/windows/tile-set.ts';
import { entitiesOf, entityId } from '../../../domain/windows/tile.ts';
import { windowRows } from '../../../domain/windows/window-row.ts';
import { lockEntities } from '../../commits/entity-locks.ts';
import { holdRevision } from '../../commits/source-revisions.ts';
import { beginWrite, sealWrite } from '../../commits/writes.ts';
import type { RegisteredEngine } from '../../engine/load-engine.ts';
import { placeColumns } from '../../log/log-place.ts';
import { readRawEvents } from '../../log/read-raw-events.ts';
import { type BulkColumn, matches, unnest } from '../../sql/bulk-insert.ts';
import { type Client, type Pool, type Queryable, inTransaction } from '../../sql/client.ts';
import { ident } from '../../sql/identifier.ts';
import { rawEvents, tilesOf } from '../../sql/relations.ts';
import { microsExpression, toTimestamptz } from '../../sql/timestamp.ts';
import { readCompleteTiles } from '../../tables/complete-tiles.ts';
import { writeFeatureRows } from '../../tables/feature-rows.ts';
import { forgetCarries } from '../../tables/lifetime-carries.ts';
import { upsertsAgainstStored } from '../../tables/stored-rows.ts';
import { keyColumns, writeTiles } from '../../tables/tiles.ts';

/** Event times of whole tiles, `[from, to)`; null: without end on that side. */
export interface LateRange {
  readonly from: Instant | null;
  readonly to: Instant | null;
}

/** What one step of a merge did. */
export interface MergeStep {
  /** Late events that were merged into the windows they had missed. */
  readonly merged: number;
  /** Rows that are new or changed. */
  readonly rows: number;
  /** The start of the last tile that was looked at; what is left lies there or after. */
  readonly reached: Instant;
}

/** An entity's tile, whatever is in it. */
interface TileSlot {
  readonly key: EntityKey;
  readonly start: Instant;
}

/** How many late events of a range are only listed. */
export async function countKeptLateEvents(
  db: Queryable,
  engine: StreamEngine,
  table: CompiledStreamTable,
  range: LateRange,
): Promise<number> {
  const { rows } = await db.query<{ kept: number }>(sql`
    SELECT count(*)::float8 AS kept FROM ${keptLateEvents(engine.source, table, aboveFloors(engine, table, range))}`);
  return rows[0]!.kept;
}

/**
 * Merges kept late events, `maxEvents` or as many more as their tiles hold, into the windows that they missed, in one
 * transaction: the tiles become what their raw events are when none is late, and the rows of their windows get new
 * versions. What is merged is no longer kept, so a step that is tried again does nothing twice.
 *
 * @returns undefined when no late event of the range is left.
 */
export async function mergeNextLateEvents(
  pool: Pool,
  engine: RegisteredEngine,
  table: CompiledStreamTable,
  range: LateRange,
  maxEvents: number,
): Promise<MergeStep | undefined> {
  const { source } = engine;
  const { name } = table.definition;
  return inTransaction(pool, async (client) => {
    await holdRevision(client, source.name, engine.revision);
    const places = await nextSlots(client, source, table, aboveFloors(engine, table, range), maxEvents);
    if (places.length === 0) return undefined;
    const keys = places.map(({ key }) => key);
    await lockEntities(client, name, keys);
    const writeId = await beginWrite(client);
    const events = await rawEventsIn(client, source, table, places);
    const merged = await markMerged(client, source, table, events, writeId);
    const rows = await replaceTiles(client, engine, table, { places, events, writeId });
    await sealWrite(client, writeId, 'backfill', name);
    return { merged, rows, reached: places.at(-1)!.start };
  });
}

/** A range without the tiles that retention has left too little of to make them, and the rows of their windows, anew. */
function aboveFloors(
  { floors }: StreamEngine,
  table: CompiledStreamTable,
  { from, to }: LateRange,
): LateRange {
  const first = firstMergeable(table, floors);
  if (first === undefined) return { from, to };
  return { from: from === null ? first : later(from, first), to };
}

/** The tiles of the first kept late events of a range, in the order of time. */
async function nextSlots(
  client: Client,
  source: EventSourceDefinition,
  table: CompiledStreamTable,
  range: LateRange,
  limit: number,
): Promise<TileSlot[]> {
  const { rows } = await client.query<{ key: string[]; at: string }>(sql`
    SELECT key, ${raw(microsExpression('event_ts'))} AS at FROM ${keptLateEvents(source, table, range)}
    ORDER BY event_ts LIMIT ${limit}`);
  const places = rows.map(({ key, at }) => ({ key, start: floorTo(BigInt(at), table.window.slide) }));
  return [...new Map(places.map((place) => [`${entityId(place.key)}\0${place.start}`, place])).values()];
}

/** Late events that are only listed, and whose raw event is there. */
function keptLateEvents(
  source: EventSourceDefinition,
  { definition }: CompiledStreamTable,
  { from, to }: LateRange,
): Sql {
  const bounds = [
    ...(from === null ? [] : [sql`late.event_ts >= ${toTimestamptz(from)}`]),
    ...(to === null ? [] : [sql`late.event_ts < ${toTimestamptz(to)}`]),
  ];
  const conditions = [
    sql`late.feature_table = ${definition.name}`,
    sql`late.source = ${source.name}`,
    sql`late.merged_by IS NULL`,
    ...bounds,
    sql`EXISTS (
      SELECT FROM ${rawEvents(source)} AS raw
      WHERE raw.${ident(source.eventTime)} = late.event_ts
        AND raw.kafka_partition = late.kafka_partition AND raw.kafka_offset = late.kafka_offset)`,
  ];
  return sql`(SELECT late.key, late.event_ts FROM events.late_events AS late WHERE ${join(conditions, ' AND ')}) AS kept`;
}

async function rawEventsIn(
  client: Client,
  source: EventSourceDefinition,
  table: CompiledStreamTable,
  places: readonly TileSlot[],
): Promise<RawEvent[]> {
  const { slide } = table.window;
  const time = ident('raw', source.eventTime);
  const among = sql`
    JOIN ${unnest(slotColumns(table, places), 'place')}
      ON ${matches('raw', 'place', table.definition.primaryKeys)} AND ${time} >= place.place_from AND ${time} < place.place_to`;
  const starts = places.map(({ start }) => start);
  return readRawEvents(client, source, { from: earliest(starts), to: latest(starts) + slide }, among);
}

async function replaceTiles(
  client: Client,
  engine: StreamEngine,
  table: CompiledStreamTable,
  { places, events, writeId }: { places: readonly TileSlot[]; events: readonly RawEvent[]; writeId: string },
): Promise<number> {
  await client.query(sql`
    DELETE FROM ${tilesOf(table.definition.name)} AS tile USING ${unnest(slotColumns(table, places), 'place')}
    WHERE ${matches('tile', 'place', table.definition.primaryKeys)} AND tile.tile_start = place.place_from`);
  const tiles = refoldMerged(table, events);
  const floor = engine.floors.tiles.get(table.definition.name);
  await writeTiles(client, table, tilesToStore({ created: tiles, changed: [] }, floor));
  await forgetCarries(client, table, entitiesOf(tiles));
  const { reads } = tableMerge(table, tiles, []);
  const whole = new TileSet(table, await readCompleteTiles(client, engine, table, reads, writeId));
  const touched = touchedRows(table, whole, tiles);
  const rows = await upsertsAgainstStored(client, table, windowRows(table, touched, whole));
  return writeFeatureRows(client, engine.source, table, rows, writeId);
}

async function markMerged(
  client: Client,
  source: EventSourceDefinition,
  table: CompiledStreamTable,
  merged: readonly RawEvent[],
  writeId: string,
): Promise<number> {
  const columns = placeColumns(merged.map(({ event }) => event));
  const { rowCount } = await client.query(sql`
    UPDATE events.late_events AS late SET merged_by = ${writeId}
    FROM ${unnest(columns, 'merged')}
    WHERE late.source = ${source.name} AND late.feature_table = ${table.definition.name} AND late.merged_by IS NULL
      AND late.kafka_partition = merged.kafka_partition AND late.kafka_offset = merged.kafka_offset`);
  return rowCount ?? 0;
}

function slotColumns({ definition, window }: CompiledStreamTable, places: readonly TileSlot[]): BulkColumn[] {
  return [
    ...keyColumns(definition.primaryKeys, places),
    { name: 'place_from', type: 'timestamptz', values: places.map(({ start }) => toTimestamptz(start)) },
    {
      name: 'place_to',
      type: 'timestamptz',
      values: places.map(({ start }) => toTimestamptz(start + window.slide)),
    },
  ];
}
