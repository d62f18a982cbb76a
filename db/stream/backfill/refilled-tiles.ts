import sql, { join } from 'sql-template-tag';
import type { Instant } from '../../../domain/time/instant.ts';
import type { CompiledStreamTable, EntityKey } from '../../../domain/windows/stream-table.ts';
import { BEGINNING } from '../../../domain/windows/table-change.ts';
import { TileSet } from '../../../domain/windows/tile-set.ts';
import type { Tile } from '../../../domain/windows/tile.ts';
import { touchedWindows, windowRows } from '../../../domain/windows/window-row.ts';
import { matches } from '../../sql/bulk-insert.ts';
import type { Client } from '../../sql/client.ts';
import { ident } from '../../sql/identifier.ts';
import { featuresOf, historyOf, tilesOf } from '../../sql/relations.ts';
import { toTimestamptz } from '../../sql/timestamp.ts';
import { writeFeatureRows } from '../../tables/feature-rows.ts';
import { forgetCarries } from '../../tables/lifetime-carries.ts';
import { upsertsAgainstStored } from '../../tables/stored-rows.ts';
import type { TableWrite } from '../../tables/table-write.ts';
import { readTiles, writeTiles } from '../../tables/tiles.ts';

/** The number of entities whose tiles and rows are in memory at once. */
const KEYS_PER_PAGE = 1_000;

/** A range of time, `[from, to)`. */
export interface TimeRange {
  readonly from: Instant;
  readonly to: Instant;
}

/** Replaces all tiles of a table that start in a range by `tiles`. */
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
 * Makes the rows of all windows that end in `(from, to]` those of the stored tiles. A window is written once,
 * also if earlier steps filled some of its tiles. A stored row whose window no longer counts an event is
 * removed.
 *
 * @returns the number of new, changed or removed rows.
 */
export async function writeRowsEndingIn(write: TableWrite, { from, to }: TimeRange): Promise<number> {
  const { client, table } = write;
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
    changed += await writeFeatureRows(write, await upsertsAgainstStored(client, table, rows));
  }
  return changed + (await removeEmptyRows(write, { from, to }));
}

/** Moves the rows of windows that end in `(from, to]` and have no tile to the history. */
async function removeEmptyRows(
  { client, table, writeId }: TableWrite,
  { from, to }: TimeRange,
): Promise<number> {
  const { name, primaryKeys, features } = table.definition;
  const columns = join(
    [
      ...primaryKeys,
      'feature_ts',
      'window_start',
      'window_end',
      ...features.map((feature) => feature.name),
      'write_id',
    ].map((column) => ident(column)),
  );
  const { rowCount } = await client.query(sql`
    WITH gone AS (
      DELETE FROM ${featuresOf(name)} AS stored
      WHERE feature_ts > ${toTimestamptz(from)} AND feature_ts <= ${toTimestamptz(to)} AND NOT EXISTS (
        SELECT FROM ${tilesOf(name)} AS tile
        WHERE ${matches('tile', 'stored', primaryKeys)} AND tile_start >= window_start AND tile_start < feature_ts
          AND admitted_from <= feature_ts)
      RETURNING ${columns}
    )
    INSERT INTO ${historyOf(name)} (${columns}, superseded_by) SELECT ${columns}, ${writeId}::bigint FROM gone`);
  return rowCount ?? 0;
}

/** The entities with tiles that start in a range. */
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
