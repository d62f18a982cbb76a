import { tilesToStore } from '../../domain/windows/retention-floors.ts';
import { tableMerge } from '../../domain/windows/table-change.ts';
import { upsertsBy } from '../../domain/windows/table-merge.ts';
import { tilePages } from '../../domain/windows/tile-pages.ts';
import { type Tile, entitiesOf } from '../../domain/windows/tile.ts';
import { lockEntities } from '../commits/entity-locks.ts';
import { readCompleteTiles } from './complete-tiles.ts';
import { readCarries, writeCarries } from './lifetime-carries.ts';
import { NO_ROWS, type RowCounts, addRows } from './row-counts.ts';
import type { TableWrite } from './table-write.ts';
import { writeTiles } from './tiles.ts';
import { CELLS_PER_PAGE, writeRows } from './write-rows.ts';

/**
 * Merges tiles into the stored tiles of a table, and writes the rows of their windows. Locks the entities
 * until commit.
 */
export async function mergeIntoTable(write: TableWrite, incoming: readonly Tile[]): Promise<RowCounts> {
  const { client, engine, table } = write;
  await lockEntities(client, table.definition.name, entitiesOf(incoming));
  const floor = engine.floors.tiles.get(table.definition.name);
  let rows = NO_ROWS;
  for (const page of tilePages(table, incoming, CELLS_PER_PAGE)) {
    const carries = await readCarries(client, table, entitiesOf(page.tiles));
    const merge = tableMerge(table, page, carries);
    const change = merge.change(await readCompleteTiles(write, merge.reads));
    await writeTiles(client, table, tilesToStore(change.tiles, floor));
    await writeCarries(client, table, change.carries);
    rows = addRows(rows, await writeRows(write, change.rows, (some) => upsertsBy(some, change.mayBeStored)));
  }
  return rows;
}
