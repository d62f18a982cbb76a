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
export function cellsPerRow({ cells }: CompiledStreamTable): number {
  return cells.row;
}

/**
 * About how many rows are written with some tiles: one for each window of a tile or, in a table with a tail, one
 * for each turn of a tile and those of the entity's other turns, about one for each tail.
 */
export function rowsOf(
  { window, spans }: CompiledStreamTable,
  { size, entities }: { readonly size: number; readonly entities: number },
): number {
  if (window.tail === undefined) return size * Number(window.length / window.slide);
  return size * (2 + spans.length) + entities * Number(window.length / window.tail);
}

/**
 * Divides tiles into pages whose rows have about `cells` values, in the order of the entities. What a table
 * stores of an entity does not depend on other entities, so pages can be merged one after another.
 *
 * An entity whose rows alone are more than a page is divided by its windows. Each tile is on the page of the
 * first window that counts it, so the tiles of a window are on its page or on earlier ones, and each row is
 * written once. Lifetimes count all earlier tiles, and a tail tile holds many windows' tiles, so an entity of a
 * table with lifetimes or a tail is on one page.
 */
export function* tilePages(
  table: CompiledStreamTable,
  tiles: readonly Tile[],
  cells: number,
): Generator<TilePage> {
  let page = new PageInProgress();
  for (const part of entityParts(table, tiles, Math.max(1, Math.floor(cells / cellsPerRow(table))))) {
    const rows =
      table.window.tail === undefined
        ? part.touched.ends.length
        : rowsOf(table, { size: part.tiles.length, entities: 1 });
    const cost = rows * cellsPerRow(table) + part.tiles.length * table.cells.tile;
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
    const isWhole = table.lifetime.length > 0 || table.window.tail !== undefined;
    if (isWhole || touched!.ends.length <= windows) yield { tiles: ofEntity, touched: touched! };
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
