import { WINDOW_ROW_COLUMNS } from '../registry/reserved-columns.ts';
import type { CompiledStreamTable } from './stream-table.ts';
import { type Tile, tilesByEntity, windowsOf } from './tile.ts';
import { type TouchedWindows, touchedWindows } from './window-row.ts';
import { slideStart } from './window.ts';

/** Tiles to merge together, and the windows whose rows are then written. */
export interface TilePage {
  readonly tiles: readonly Tile[];
  readonly touched: readonly TouchedWindows[];
}

/** The values that a row of the table has in the database. */
export function cellsPerRow({ definition }: CompiledStreamTable): number {
  return definition.primaryKeys.length + definition.features.length + WINDOW_ROW_COLUMNS.length;
}

/**
 * Divides tiles into pages whose rows have about `cells` values, in the order of the entities. What a table
 * stores of an entity does not depend on other entities, so pages can be merged one after another.
 *
 * An entity whose rows alone are more than a page is divided by its windows. Each tile is on the page of the
 * first window that counts it, so the tiles of a window are on its page or on earlier ones, and each row is
 * written once. Lifetimes count all earlier tiles, so an entity of a table with lifetimes is on one page.
 */
export function* tilePages(
  table: CompiledStreamTable,
  tiles: readonly Tile[],
  cells: number,
): Generator<TilePage> {
  let page = new PageInProgress();
  for (const part of entityParts(table, tiles, Math.max(1, Math.floor(cells / cellsPerRow(table))))) {
    const cost =
      part.touched.ends.length * cellsPerRow(table) + part.tiles.length * table.aggregations.length;
    if (page.cells > 0 && page.cells + cost > cells) {
      yield page;
      page = new PageInProgress();
    }
    page.add(part, cost);
  }
  if (page.cells > 0) yield page;
}

/** Some windows of an entity, and the tiles that one of them is the first to count. */
interface EntityPart {
  readonly tiles: readonly Tile[];
  readonly touched: TouchedWindows;
}

function* entityParts(
  table: CompiledStreamTable,
  tiles: readonly Tile[],
  windows: number,
): Generator<EntityPart> {
  const byEntity = tilesByEntity(tiles);
  for (const id of [...byEntity.keys()].sort()) {
    const ofEntity = byEntity.get(id)!;
    const [touched] = touchedWindows(table, ofEntity);
    if (table.lifetime.length > 0 || touched!.ends.length <= windows)
      yield { tiles: ofEntity, touched: touched! };
    else yield* partsOf(table, { tiles: ofEntity, touched: touched! }, windows);
  }
}

/** Divides an entity into parts of so many windows, in ascending order. */
function* partsOf(
  table: CompiledStreamTable,
  { tiles, touched: { key, ends } }: EntityPart,
  windows: number,
): Generator<EntityPart> {
  const byFirstWindow = tiles
    .map((tile) => ({ tile, first: slideStart(table.window, windowsOf(table, tile)[0]) }))
    .sort((a, b) => (a.first < b.first ? -1 : 1));
  let taken = 0;
  for (let start = 0; start < ends.length; start += windows) {
    const some = ends.slice(start, start + windows);
    const from = taken;
    while (taken < tiles.length && byFirstWindow[taken]!.first <= some.at(-1)!) taken += 1;
    yield {
      tiles: byFirstWindow.slice(from, taken).map(({ tile }) => tile),
      touched: { key, ends: some },
    };
  }
}

class PageInProgress implements TilePage {
  readonly tiles: Tile[] = [];
  readonly touched: TouchedWindows[] = [];
  cells = 0;

  add(part: EntityPart, cells: number): void {
    for (const tile of part.tiles) this.tiles.push(tile);
    this.touched.push(part.touched);
    this.cells += cells;
  }
}
