import sql, { type Sql, join, raw } from 'sql-template-tag';
import { earliest, latest } from '../../domain/time/instant.ts';
import type { CompiledStreamTable } from '../../domain/windows/stream-table.ts';
import type { Upserts } from '../../domain/windows/table-merge.ts';
import type { Tile } from '../../domain/windows/tile.ts';
import type { EntityRange } from '../../domain/windows/window-row.ts';
import {
  type BulkColumn,
  assignExcluded,
  bulkInsert,
  foundByIndex,
  matches,
  unnest,
} from '../sql/bulk-insert.ts';
import type { Client } from '../sql/client.ts';
import { copyColumn, copyRows } from '../sql/copy-rows.ts';
import { ident } from '../sql/identifier.ts';
import { tilesOf } from '../sql/relations.ts';
import { microsExpression, toTimestamptz } from '../sql/timestamp.ts';
import { timeClusters } from './time-clusters.ts';

interface TileRecord {
  readonly key: string[];
  readonly start: string;
  readonly admitted_from: string;
  readonly partials: readonly unknown[];
}

/** The stored tiles that start in the ranges. */
export async function readTiles(
  client: Client,
  table: CompiledStreamTable,
  ranges: readonly EntityRange[],
): Promise<Tile[]> {
  const tiles: Tile[] = [];
  for (const ofTail of [false, true]) {
    const ofSize = ranges.filter((range) => (range.ofTail ?? false) === ofTail);
    for (const near of timeClusters(ofSize, (range) => range)) {
      for (const tile of await readTilesNear(client, table, near, ofTail)) tiles.push(tile);
    }
  }
  return tiles;
}

async function readTilesNear(
  client: Client,
  table: CompiledStreamTable,
  ranges: readonly EntityRange[],
  ofTail: boolean,
): Promise<Tile[]> {
  const { primaryKeys, name } = table.definition;
  // The overall bounds are constants to the planner. They let it exclude the chunks outside all ranges.
  const { rows } = await client.query<TileRecord>(sql`
    SELECT ARRAY[${join(primaryKeys.map((key) => sql`tile.${ident(key)}`))}] AS key,
           ${raw(microsExpression('tile.tile_start'))} AS start,
           ${raw(microsExpression('tile.admitted_from'))} AS admitted_from,
           tile.partials
    FROM ${unnest(rangeColumns(primaryKeys, ranges), 'range')} CROSS JOIN ${foundByIndex(sql`
      SELECT * FROM ${tilesOf(name)} AS tile
      WHERE ${matches('tile', 'range', primaryKeys)} AND ${isOfSize(table, ofTail)} AND tile_start >= range_from AND tile_start < range_to
        AND tile_start >= ${toTimestamptz(earliest(ranges.map(({ from }) => from)))}
        AND tile_start < ${toTimestamptz(latest(ranges.map(({ to }) => to)))}`)} AS tile`);
  return rows.map((row) => ({
    key: row.key,
    start: BigInt(row.start),
    admittedFrom: BigInt(row.admitted_from),
    partials: table.aggregations.map(({ aggregator }, index) => aggregator.decode(row.partials[index])),
    ...(ofTail && { ofTail }),
  }));
}

/** A condition on a tile: it is a tail tile, or is not. */
function isOfSize({ window }: CompiledStreamTable, ofTail: boolean): Sql {
  return window.tail === undefined ? sql`true` : sql`of_tail = ${ofTail}`;
}

/** Inserts the created tiles, and overwrites the stored ones that changed. */
export async function writeTiles(
  client: Client,
  table: CompiledStreamTable,
  { created, changed }: Upserts<Tile>,
): Promise<void> {
  const { primaryKeys, name } = table.definition;
  const hasTails = table.window.tail !== undefined;
  await copyRows(
    client,
    tilesOf(name),
    [
      ...primaryKeys.map((key, index) => copyColumn(key, 'text', (tile: Tile) => tile.key[index]!)),
      ...(hasTails ? [copyColumn('of_tail', 'boolean', ({ ofTail }: Tile) => ofTail ?? false)] : []),
      copyColumn('tile_start', 'timestamptz', ({ start }: Tile) => start),
      copyColumn('admitted_from', 'timestamptz', ({ admittedFrom }: Tile) => admittedFrom),
      copyColumn('partials', 'json', (tile: Tile) => encodePartials(table, tile)),
    ],
    created,
  );
  if (changed.length > 0) await overwriteTiles(client, table, changed);
}

async function overwriteTiles(
  client: Client,
  table: CompiledStreamTable,
  tiles: readonly Tile[],
): Promise<void> {
  const { primaryKeys, name } = table.definition;
  const sizes = tiles.map(({ ofTail }) => ofTail ?? false);
  const ofTail = table.window.tail === undefined ? [] : [{ name: 'of_tail', type: 'boolean', values: sizes }];
  const columns: BulkColumn[] = [
    ...keyColumns(primaryKeys, tiles),
    ...ofTail,
    { name: 'tile_start', type: 'timestamptz', values: tiles.map(({ start }) => toTimestamptz(start)) },
    {
      name: 'admitted_from',
      type: 'timestamptz',
      values: tiles.map(({ admittedFrom }) => toTimestamptz(admittedFrom)),
    },
    { name: 'partials', type: 'json', values: tiles.map((tile) => encodePartials(table, tile)) },
  ];
  const identity = join(
    [...primaryKeys, ...ofTail.map(({ name }) => name), 'tile_start', 'admitted_from'].map((column) =>
      ident(column),
    ),
  );
  await client.query(
    bulkInsert(
      tilesOf(name),
      columns,
      sql`ON CONFLICT (${identity}) DO UPDATE SET ${assignExcluded(['partials'])}`,
    ),
  );
}

function encodePartials({ aggregations }: CompiledStreamTable, { partials }: Tile): string {
  return JSON.stringify(aggregations.map(({ aggregator }, index) => aggregator.encode(partials[index])));
}

/** The columns of ranges: their keys, `range_from` and `range_to`. */
export function rangeColumns(primaryKeys: readonly string[], ranges: readonly EntityRange[]): BulkColumn[] {
  return [
    ...keyColumns(primaryKeys, ranges),
    { name: 'range_from', type: 'timestamptz', values: ranges.map(({ from }) => toTimestamptz(from)) },
    { name: 'range_to', type: 'timestamptz', values: ranges.map(({ to }) => toTimestamptz(to)) },
  ];
}

/** The primary key columns of things that have a key. */
export function keyColumns(
  primaryKeys: readonly string[],
  rows: readonly { key: readonly string[] }[],
): BulkColumn[] {
  return primaryKeys.map((name, index) => ({
    name,
    type: 'text',
    values: rows.map(({ key }) => key[index]),
  }));
}
