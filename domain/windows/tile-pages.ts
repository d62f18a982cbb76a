import { type Tile, tilesByEntity } from './tile.ts';

/**
 * Tiles in the order of their entities, in pages of about `size`, no entity in two of them. What a table keeps of an
 * entity depends on no other, so any number of tiles can be merged a page at a time.
 */
export function* tilePages(tiles: readonly Tile[], size: number): Generator<readonly Tile[]> {
  const byEntity = tilesByEntity(tiles);
  let page: Tile[] = [];
  for (const id of [...byEntity.keys()].sort()) {
    page.push(...byEntity.get(id)!);
    if (page.length < size) continue;
    yield page;
    page = [];
  }
  if (page.length > 0) yield page;
}
