import { type Tile, tilesByEntity } from './tile.ts';

/**
 * Divides tiles into pages of about `size` tiles, in the order of their entities. All tiles of an entity are
 * on one page. What a table stores of an entity does not depend on other entities, so any number of tiles can
 * be merged page by page.
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
