import type { Event } from './event.ts';
import { floorTo, type Instant } from './instant.ts';
import type { EntityKey, StreamTable } from './stream-table.ts';
import { entityId, mergeParts, type Tile, type TileIdentity } from './tile.ts';
import type { Watermark } from './watermark.ts';
import { admittedFrom, lastWindowEnd } from './window.ts';

type TilesOfEntity = Map<Instant, Tile[]>;

const NONE: TilesOfEntity = new Map();

/** Tiles, each identity once, found by entity and start: how they are filled, merged and gathered into windows. */
export class TileSet {
  readonly #entities = new Map<string, TilesOfEntity>();

  constructor(tiles: Iterable<Tile> = []) {
    for (const tile of tiles) this.set(tile);
  }

  ofEntity(key: EntityKey): ReadonlyMap<Instant, readonly Tile[]> {
    return this.#entities.get(entityId(key)) ?? NONE;
  }

  allOf(key: EntityKey): Tile[] {
    return [...this.ofEntity(key).values()].flat();
  }

  get({ key, start, admittedFrom }: TileIdentity): Tile | undefined {
    return this.ofEntity(key)
      .get(start)
      ?.find((tile) => tile.admittedFrom === admittedFrom);
  }

  /** Adds a tile, or puts it in the place of the one with its identity. */
  set(tile: Tile): void {
    const id = entityId(tile.key);
    let byStart = this.#entities.get(id);
    if (!byStart) this.#entities.set(id, (byStart = new Map<Instant, Tile[]>()));
    const tiles = byStart.get(tile.start);
    if (!tiles) return void byStart.set(tile.start, [tile]);
    const place = tiles.findIndex(({ admittedFrom }) => admittedFrom === tile.admittedFrom);
    tiles[place < 0 ? tiles.length : place] = tile;
  }

  *[Symbol.iterator](): Iterator<Tile> {
    for (const byStart of this.#entities.values()) for (const tiles of byStart.values()) yield* tiles;
  }
}

/**
 * Adds an event to its tile. An event that is late for all of its windows enters none and changes nothing, except in
 * the lifetimes of later rows.
 */
export function addToTiles(table: StreamTable, tiles: TileSet, event: Event, watermark: Watermark): void {
  const { window, aggregations } = table;
  const admitted = admittedFrom(window, event.eventTs, watermark);
  if (table.lifetime.length === 0 && admitted > lastWindowEnd(window, event.eventTs)) return;

  const key = table.keyOf(event);
  const start = floorTo(event.eventTs, window.slide);
  let tile = tiles.get({ key, start, admittedFrom: admitted });
  if (!tile) {
    // Written out: V8 gives each object that is a spread and one property more a hidden class of its own.
    const partials = aggregations.map(({ aggregator }) => aggregator.empty());
    tile = { key, start, admittedFrom: admitted, partials };
    tiles.set(tile);
  }
  const { partials } = tile;
  aggregations.forEach((aggregation, index) => (partials[index] = aggregation.add(partials[index], event)));
}

/** The union of two sets of tiles; tiles of one identity become one. */
export function mergeTiles(table: StreamTable, stored: Iterable<Tile>, incoming: Iterable<Tile>): TileSet {
  const merged = new TileSet(stored);
  for (const tile of incoming) {
    const same = merged.get(tile);
    if (!same) merged.set(tile);
    else {
      const partials = mergeParts(table, table.aggregations.keys(), [same.partials, tile.partials]);
      merged.set({ ...tile, partials: [...partials] });
    }
  }
  return merged;
}
