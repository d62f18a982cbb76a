import type { StreamEngine } from '../../domain/stream/micro-batch.ts';
import { tilesToStore } from '../../domain/windows/retention-floors.ts';
import type { CompiledStreamTable } from '../../domain/windows/stream-table.ts';
import { tableMerge } from '../../domain/windows/table-change.ts';
import { tilePages } from '../../domain/windows/tile-pages.ts';
import { type Tile, entitiesOf } from '../../domain/windows/tile.ts';
import { lockEntities } from '../commits/entity-locks.ts';
import { type Client } from '../sql/client.ts';
import { readCompleteTiles } from './complete-tiles.ts';
import { writeFeatureRows } from './feature-rows.ts';
import { readCarries, writeCarries } from './lifetime-carries.ts';
import { writeTiles } from './tiles.ts';
/** Tiles that are merged at a stretch, in tens of milliseconds: heartbeats go on between, and memory has a bound. */
const TILES_PER_PAGE = 5_000;

/** Merges tiles into a table's, and writes the windows that they are part of; returns how many rows are new or changed. */
export async function mergeIntoTable(
  client: Client,
  engine: StreamEngine,
  table: CompiledStreamTable,
  incoming: readonly Tile[],
  writeId: string,
): Promise<number> {
  await lockEntities(client, table.definition.name, entitiesOf(incoming));
  const floor = engine.floors.tiles.get(table.definition.name);
  let rows = 0;
  for (const page of tilePages(incoming, TILES_PER_PAGE)) {
    const carries = await readCarries(client, table, entitiesOf(page));
    const merge = tableMerge(table, page, carries);
    const change = merge.change(await readCompleteTiles(client, engine, table, merge.reads, writeId));
    await writeTiles(client, table, tilesToStore(change.tiles, floor));
    await writeCarries(client, table, change.carries);
    rows += await writeFeatureRows(client, engine.source, table, change.rows, writeId);
  }
  return rows;
}
