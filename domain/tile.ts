import type { Event } from './event.ts';
import { floorTo, later, type Instant } from './instant.ts';
import type { EntityKey, StreamTable } from './stream-table.ts';
import type { Watermark } from './watermark.ts';
import { admittedFrom, lastWindowEnd, windowEnds } from './window.ts';

/**
 * The mergeable partial aggregates of one entity's events in `[start, start + slide)` that the windows ending at
 * `admittedFrom` or later may count. An event that is late for one window and not for the next shares its tile with
 * both; `admittedFrom` keeps it out of the first.
 */
export interface Tile {
  readonly key: EntityKey;
  readonly start: Instant;
  readonly admittedFrom: Instant;
  /** One partial for each of the table's aggregations, in their order. */
  readonly partials: unknown[];
}

/** Tiles by identity: one for each (entity, start, admittedFrom). */
export type TileSet = Map<string, Tile>;

/** NUL cannot occur in an accepted event, so it separates without ambiguity. */
const SEPARATOR = '\0';

export function entityId(key: EntityKey): string {
  return key.join(SEPARATOR);
}

/** Which tile it is, whatever it holds. */
export function tileId({ key, start, admittedFrom }: Omit<Tile, 'partials'>): string {
  return `${entityId(key)}${SEPARATOR}${start}${SEPARATOR}${admittedFrom}`;
}

/** Adds an event to its tile. An event that is late for all of its windows enters none and changes nothing. */
export function addToTiles(table: StreamTable, tiles: TileSet, event: Event, watermark: Watermark): void {
  const { window, aggregations } = table;
  const admitted = admittedFrom(window, event.eventTs, watermark);
  if (admitted > lastWindowEnd(window, event.eventTs)) return;

  const identity = {
    key: table.keyOf(event),
    start: floorTo(event.eventTs, window.slide),
    admittedFrom: admitted,
  };
  const id = tileId(identity);
  let tile = tiles.get(id);
  if (!tile) {
    tile = { ...identity, partials: aggregations.map(({ aggregator }) => aggregator.empty()) };
    tiles.set(id, tile);
  }
  const { partials } = tile;
  aggregations.forEach((aggregation, index) => (partials[index] = aggregation.add(partials[index], event)));
}

/** The union of two sets of tiles; tiles of one identity become one. */
export function mergeTiles(table: StreamTable, stored: Iterable<Tile>, incoming: Iterable<Tile>): TileSet {
  const merged: TileSet = new Map();
  for (const tiles of [stored, incoming]) {
    for (const tile of tiles) {
      const id = tileId(tile);
      const same = merged.get(id);
      merged.set(id, same ? { ...tile, partials: [...mergePartials(table, [same, tile])] } : tile);
    }
  }
  return merged;
}

export function mergePartials({ aggregations }: StreamTable, tiles: readonly Tile[]): readonly unknown[] {
  if (tiles.length === 1) return tiles[0]!.partials;
  return aggregations.map(({ aggregator }, index) =>
    aggregator.merge(tiles.map(({ partials }) => partials[index])),
  );
}

/** The ends of the windows that a tile is part of. */
export function windowEndsOf({ window }: StreamTable, tile: Tile): Instant[] {
  return windowEnds(
    window,
    later(tile.start + window.slide, tile.admittedFrom),
    lastWindowEnd(window, tile.start),
  );
}
