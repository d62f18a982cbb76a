import sql from 'sql-template-tag';
import type { Event } from '../../domain/log/event.ts';
import { earliest, latest } from '../../domain/time/instant.ts';
import { refoldAsIs } from '../../domain/windows/refold.ts';
import { rangesByFloor } from '../../domain/windows/retention-floors.ts';
import type { CompiledStreamTable } from '../../domain/windows/stream-table.ts';
import { type Tile, tailTiles } from '../../domain/windows/tile.ts';
import type { EntityRange } from '../../domain/windows/window-row.ts';
import { placeColumns, placeId } from '../log/log-place.ts';
import { readRawEvents } from '../log/read-raw-events.ts';
import { matches, unnest } from '../sql/bulk-insert.ts';
import type { Client } from '../sql/client.ts';
import { ident } from '../sql/identifier.ts';
import type { TableWrite } from './table-write.ts';
import { rangeColumns, readTiles } from './tiles.ts';
import { timeClusters } from './time-clusters.ts';

/**
 * The tiles that start in the ranges. Tiles from the floor of the table on are read; tiles below it are
 * refolded from the raw events. The caller must hold the locks of the entities.
 *
 * Raw events of this write itself are left out below the floor: the caller merges them into the result.
 */
export async function readCompleteTiles(write: TableWrite, ranges: readonly EntityRange[]): Promise<Tile[]> {
  const { client, engine, table } = write;
  const { below, stored } = rangesByFloor(ranges, engine.floors.tiles.get(table.definition.name));
  const tiles = await readTiles(client, table, stored);
  for (const tile of await tilesBelowFloor(
    write,
    below.filter(({ ofTail }) => !ofTail),
  ))
    tiles.push(tile);
  const ofTails = await tilesBelowFloor(
    write,
    below.filter(({ ofTail }) => ofTail),
  );
  for (const tile of tailTiles(table, ofTails)) tiles.push(tile);
  return tiles;
}

async function tilesBelowFloor(write: TableWrite, below: readonly EntityRange[]): Promise<Tile[]> {
  const tiles: Tile[] = [];
  for (const near of timeClusters(below, (range) => range)) {
    for (const tile of await refoldedTiles(write, near)) tiles.push(tile);
  }
  return tiles;
}

async function refoldedTiles(write: TableWrite, below: readonly EntityRange[]): Promise<Tile[]> {
  const { client, engine, table, writeId } = write;
  const { source } = engine;
  const { primaryKeys } = table.definition;
  const time = ident('raw', source.eventTime);
  const among = sql`
    JOIN ${unnest(rangeColumns(primaryKeys, below), 'range')} ON ${matches('raw', 'range', primaryKeys)}
      AND ${time} >= range.range_from AND ${time} < range.range_to AND raw.write_id <> ${writeId}`;
  const span = { from: earliest(below.map(({ from }) => from)), to: latest(below.map(({ to }) => to)) };
  const events = await readRawEvents(client, source, span, among);
  const merged = await mergedEvents(
    client,
    source.name,
    table,
    events.map(({ event }) => event),
  );
  return refoldAsIs(table, events, (event) => merged.has(placeId(event)));
}

/**
 * The places of those events that were late for the table and that a late merge has put into the windows they
 * missed.
 */
async function mergedEvents(
  client: Client,
  source: string,
  { definition }: CompiledStreamTable,
  events: readonly Event[],
): Promise<Set<string>> {
  const { rows } = await client.query<{ partition: number; offset: string; index: number }>(sql`
    SELECT kafka_partition AS partition, kafka_offset AS offset, kafka_index AS index
    FROM events.late_events JOIN ${unnest(placeColumns(events), 'event')} USING (kafka_partition, kafka_offset, kafka_index)
    WHERE source = ${source} AND feature_table = ${definition.name} AND merged_by IS NOT NULL`);
  return new Set(rows.map(({ offset, ...place }) => placeId({ ...place, offset: BigInt(offset) })));
}
