import sql, { join } from 'sql-template-tag';
import type { EventSourceDefinition } from '../../../domain/registry/definition.ts';
import type { Instant } from '../../../domain/time/instant.ts';
import type { CompiledStreamTable, EntityKey } from '../../../domain/windows/stream-table.ts';
import { BEGINNING } from '../../../domain/windows/table-change.ts';
import { TileSet } from '../../../domain/windows/tile-set.ts';
import type { Tile } from '../../../domain/windows/tile.ts';
import { touchedWindows, windowRows } from '../../../domain/windows/window-row.ts';
import type { Client } from '../../sql/client.ts';
import { ident } from '../../sql/identifier.ts';
import { tilesOf } from '../../sql/relations.ts';
import { toTimestamptz } from '../../sql/timestamp.ts';
import { writeFeatureRows } from '../../tables/feature-rows.ts';
import { forgetCarries } from '../../tables/lifetime-carries.ts';
import { upsertsAgainstStored } from '../../tables/stored-rows.ts';
import { readTiles, writeTiles } from '../../tables/tiles.ts';

/** Entities whose tiles and rows are in memory at once. */
const KEYS_PER_PAGE = 1_000;

/** A stretch of time, `[from, to)`. */
export interface TimeRange {
  readonly from: Instant;
  readonly to: Instant;
}

/** Makes `tiles` all the tiles of a table that start in a range. */
export async function replaceTilesIn(
  client: Client,
  table: CompiledStreamTable,
  range: TimeRange,
  tiles: readonly Tile[],
): Promise<void> {
  await client.query(sql`DELETE FROM ${tilesOf(table.definition.name)} WHERE ${startsIn(range)}`);
  await forgetCarries(client, table, 'all');
  await writeTiles(client, table, { created: tiles, changed: [] });
}

/**
 * Writes the rows of all windows that end in `(from, to]`, from the tiles that are stored: each row once, however many
 * of its tiles were filled by a step before.
 *
 * @returns how many rows are new or changed.
 */
export async function writeRowsEndingIn(
  client: Client,
  source: EventSourceDefinition,
  table: CompiledStreamTable,
  { from, to }: TimeRange,
  writeId: string,
): Promise<number> {
  const { length, slide } = table.window;
  const covering = { from: from - length + slide, to };
  const keys = await keysIn(client, table, covering);
  let changed = 0;
  for (let page = 0; page < keys.length; page += KEYS_PER_PAGE) {
    const needed = table.lifetime.length > 0 ? { from: BEGINNING, to } : covering;
    const ranges = keys.slice(page, page + KEYS_PER_PAGE).map((key) => ({ key, ...needed }));
    const tiles = await readTiles(client, table, ranges);
    const touched = touchedWindows(table, tiles)
      .map(({ key, ends }) => ({ key, ends: ends.filter((end) => end > from && end <= to) }))
      .filter(({ ends }) => ends.length > 0);
    const rows = windowRows(table, touched, new TileSet(table, tiles));
    if (rows.length === 0) continue;
    const split = await upsertsAgainstStored(client, table, rows);
    changed += await writeFeatureRows(client, source, table, split, writeId);
  }
  return changed;
}

async function keysIn(client: Client, table: CompiledStreamTable, range: TimeRange): Promise<EntityKey[]> {
  const { name, primaryKeys } = table.definition;
  const keys = join(primaryKeys.map((key) => ident(key)));
  const { rows } = await client.query<{ key: string[] }>(sql`
    SELECT DISTINCT ARRAY[${keys}] AS key FROM ${tilesOf(name)} WHERE ${startsIn(range)} ORDER BY key`);
  return rows.map(({ key }) => key);
}

function startsIn({ from, to }: TimeRange) {
  return sql`tile_start >= ${toTimestamptz(from)} AND tile_start < ${toTimestamptz(to)}`;
}
