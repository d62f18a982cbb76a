import type { Event } from '../log/event.ts';
import type { Watermark } from '../log/watermark.ts';
import { EntityTiles } from './entity-tiles.ts';
import type { CompiledStreamTable, EntityKey } from './stream-table.ts';
import { type Tile, type TileIdentity, entityId, mergeParts } from './tile.ts';
import { type WindowSpec, admittedFrom, largestTiles, lastWindowEnd, tileStart } from './window.ts';

/** Tiles, one for each identity, indexed by entity and start. */
export class TileSet implements Iterable<Tile> {
  readonly #window: WindowSpec;
  readonly #entities = new Map<string, EntityTiles>();
  /** The tail tiles. Undefined if the table has no tail. */
  readonly #tails: TileSet | undefined;

  #size = 0;

  constructor({ window }: Pick<CompiledStreamTable, 'window'>, tiles: Iterable<Tile> = []) {
    this.#window = window;
    this.#tails = window.tail === undefined ? undefined : new TileSet({ window: largestTiles(window) });
    for (const tile of tiles) this.set(tile);
  }

  /** The number of tiles. */
  get size(): number {
    return this.#size + (this.#tails?.size ?? 0);
  }

  /** The number of entities that have a tile. */
  get entities(): number {
    return this.#entities.size;
  }

  /** The tiles of an entity, but for its tail tiles. */
  ofEntity(key: EntityKey): EntityTiles | undefined {
    return this.#entities.get(entityId(key));
  }

  tailsOfEntity(key: EntityKey): EntityTiles | undefined {
    return this.#tails?.ofEntity(key);
  }

  get(identity: TileIdentity): Tile | undefined {
    const tiles = identity.ofTail ? this.tailsOfEntity(identity.key) : this.ofEntity(identity.key);
    return tiles?.get(identity);
  }

  /** Adds a tile, or replaces the tile with the same identity. */
  set(tile: Tile): void {
    if (tile.ofTail && this.#tails) return this.#tails.set(tile);
    const id = entityId(tile.key);
    let tiles = this.#entities.get(id);
    if (!tiles) this.#entities.set(id, (tiles = new EntityTiles(this.#window)));
    if (tiles.set(tile)) this.#size += 1;
  }

  *[Symbol.iterator](): Generator<Tile> {
    for (const tiles of this.#entities.values()) yield* tiles;
    if (this.#tails) yield* this.#tails;
  }
}

/**
 * Adds an event to its tile. An event that is late for all of its windows changes nothing, except in a table
 * with lifetimes: there it counts in the lifetimes of later rows. Nor does an event without a key.
 */
export function addToTiles(
  table: CompiledStreamTable,
  tiles: TileSet,
  event: Event,
  watermark: Watermark,
): void {
  const { window, aggregations } = table;
  const start = tileStart(window, event.eventTs);
  const admitted = admittedFrom(window, start, watermark);
  if (table.lifetime.length === 0 && admitted > lastWindowEnd(window, start)) return;

  const key = table.keyOf(event);
  if (!key) return;
  let tile = tiles.get({ key, start, admittedFrom: admitted });
  if (!tile) {
    // The properties are written out, because V8 gives each object that is a spread and one more property its
    // own hidden class.
    const partials = aggregations.map(({ aggregator }) => aggregator.empty());
    tile = { key, start, admittedFrom: admitted, partials };
    tiles.set(tile);
  }
  const { partials } = tile;
  aggregations.forEach((aggregation, index) => (partials[index] = aggregation.add(partials[index], event)));
}

/** The union of two sets of tiles. Tiles of the same identity are merged into one. */
export function mergeTiles(
  table: CompiledStreamTable,
  stored: Iterable<Tile>,
  incoming: Iterable<Tile>,
): TileSet {
  const merged = new TileSet(table, stored);
  mergeInto(table, merged, incoming);
  return merged;
}

/** Adds tiles to a set. Tiles of the same identity are merged into one. */
export function mergeInto(table: CompiledStreamTable, merged: TileSet, incoming: Iterable<Tile>): void {
  for (const tile of incoming) {
    const same = merged.get(tile);
    if (!same) merged.set(tile);
    else {
      const partials = [...mergeParts(table, table.aggregations.keys(), [same.partials, tile.partials])];
      merged.set(withPartials(tile, partials));
    }
  }
}

function withPartials({ key, start, admittedFrom, ofTail }: Tile, partials: unknown[]): Tile {
  return ofTail ? { key, start, admittedFrom, partials, ofTail } : { key, start, admittedFrom, partials };
}
