import sql, { join, raw, type Sql } from 'sql-template-tag';
import type { RawEvent } from '../domain/admission.ts';
import type { EventSourceDefinition } from '../domain/definition.ts';
import { earliest, floorTo, later, latest, type Instant } from '../domain/instant.ts';
import type { StreamEngine } from '../domain/micro-batch.ts';
import { refoldMerged } from '../domain/refold.ts';
import { firstMergeable, tilesToStore } from '../domain/retention-floors.ts';
import type { EntityKey, StreamTable } from '../domain/stream-table.ts';
import { tableMerge, touchedRows } from '../domain/table-change.ts';
import { entitiesOf, entityId } from '../domain/tile.ts';
import { TileSet } from '../domain/tile-set.ts';
import { windowRows } from '../domain/window-row.ts';
import { matches, unnest, type BulkColumn } from './bulk-insert.ts';
import { inTransaction, type Client, type Pool, type Queryable } from './client.ts';
import { lockEntities } from './entity-locks.ts';
import { writeFeatureRows } from './feature-rows.ts';
import { ident } from './identifier.ts';
import { forgetCarries } from './lifetime-carries.ts';
import { placeColumns } from './log-place.ts';
import { readRawEvents } from './read-raw-events.ts';
import type { RegisteredEngine } from './registry.ts';
import { rawEvents, tilesOf } from './relations.ts';
import { holdRevision } from './source-revisions.ts';
import { splitByStored } from './stored-rows.ts';
import { keyColumns, writeTiles } from './tiles.ts';
import { microsOf, toTimestamptz } from './timestamp.ts';
import { readWholeTiles } from './whole-tiles.ts';
import { beginWrite, sealWrite } from './writes.ts';

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
interface TilePlace {
  readonly key: EntityKey;
  readonly start: Instant;
}

/** How many late events of a range are only listed. */
export async function countKept(
  db: Queryable,
  engine: StreamEngine,
  table: StreamTable,
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
  table: StreamTable,
  range: LateRange,
  maxEvents: number,
): Promise<MergeStep | undefined> {
  const { source } = engine;
  const { name } = table.definition;
  return inTransaction(pool, async (client) => {
    await holdRevision(client, source.name, engine.revision);
    const places = await nextPlaces(client, source, table, aboveFloors(engine, table, range), maxEvents);
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
function aboveFloors({ floors }: StreamEngine, table: StreamTable, { from, to }: LateRange): LateRange {
  const first = firstMergeable(table, floors);
  if (first === undefined) return { from, to };
  return { from: from === null ? first : later(from, first), to };
}

/** The tiles of the first kept late events of a range, in the order of time. */
async function nextPlaces(
  client: Client,
  source: EventSourceDefinition,
  table: StreamTable,
  range: LateRange,
  limit: number,
): Promise<TilePlace[]> {
  const { rows } = await client.query<{ key: string[]; at: string }>(sql`
    SELECT key, ${raw(microsOf('event_ts'))} AS at FROM ${keptLateEvents(source, table, range)}
    ORDER BY event_ts LIMIT ${limit}`);
  const places = rows.map(({ key, at }) => ({ key, start: floorTo(BigInt(at), table.window.slide) }));
  return [...new Map(places.map((place) => [`${entityId(place.key)}\0${place.start}`, place])).values()];
}

/** Late events that are only listed, and whose raw event is there. */
function keptLateEvents(
  source: EventSourceDefinition,
  { definition }: StreamTable,
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
  table: StreamTable,
  places: readonly TilePlace[],
): Promise<RawEvent[]> {
  const { slide } = table.window;
  const time = ident('raw', source.eventTime);
  const among = sql`
    JOIN ${unnest(tilePlaceColumns(table, places), 'place')}
      ON ${matches('raw', 'place', table.definition.primaryKeys)} AND ${time} >= place.place_from AND ${time} < place.place_to`;
  const starts = places.map(({ start }) => start);
  return readRawEvents(client, source, { from: earliest(starts), to: latest(starts) + slide }, among);
}

async function replaceTiles(
  client: Client,
  engine: StreamEngine,
  table: StreamTable,
  { places, events, writeId }: { places: readonly TilePlace[]; events: readonly RawEvent[]; writeId: string },
): Promise<number> {
  await client.query(sql`
    DELETE FROM ${tilesOf(table.definition.name)} AS tile USING ${unnest(tilePlaceColumns(table, places), 'place')}
    WHERE ${matches('tile', 'place', table.definition.primaryKeys)} AND tile.tile_start = place.place_from`);
  const tiles = refoldMerged(table, events);
  const floor = engine.floors.tiles.get(table.definition.name);
  await writeTiles(client, table, tilesToStore({ created: tiles, changed: [] }, floor));
  await forgetCarries(client, table, entitiesOf(tiles));
  const { reads } = tableMerge(table, tiles, []);
  const whole = new TileSet(table, await readWholeTiles(client, engine, table, reads, writeId));
  const touched = touchedRows(table, whole, tiles);
  const rows = await splitByStored(client, table, windowRows(table, touched, whole));
  return writeFeatureRows(client, engine.source, table, rows, writeId);
}

async function markMerged(
  client: Client,
  source: EventSourceDefinition,
  table: StreamTable,
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

function tilePlaceColumns({ definition, window }: StreamTable, places: readonly TilePlace[]): BulkColumn[] {
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
