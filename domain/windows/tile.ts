import { type Instant, later } from '../time/instant.ts';
import type { CompiledStreamTable, EntityKey } from './stream-table.ts';
import { largestTiles, lastWindowEnd, slideNumber, tileStart } from './window.ts';

/**
 * The mergeable partials of one entity's events in `[start, start + slide)` that the windows ending at
 * `admittedFrom` or later may count. An event that is late for one window but not for the next is in a tile
 * of both windows; `admittedFrom` keeps it out of the first window.
 */
export interface Tile {
  readonly key: EntityKey;
  readonly start: Instant;
  readonly admittedFrom: Instant;
  /** One partial for each of the table's aggregations, in their order. */
  readonly partials: unknown[];
  /**
   * Marks a tail tile: it holds the events of a whole tail, `[start, start + tail)`, and its `admittedFrom` is at
   * least its end. Omitted: the tile holds those of a slide.
   */
  readonly ofTail?: true;
}

/** What identifies a tile, without its contents. */
export type TileIdentity = Omit<Tile, 'partials'>;

/** NUL cannot occur in an accepted event, so it separates the parts of a key without ambiguity. */
const SEPARATOR = '\0';

/** The key of an entity as one text. */
export function entityId(key: EntityKey): string {
  return key.length === 1 ? key[0]! : key.join(SEPARATOR);
}

/** The distinct entities of some tiles. */
export function entitiesOf(tiles: readonly Tile[]): EntityKey[] {
  return [...new Map(tiles.map(({ key }) => [entityId(key), key])).values()];
}

/** Tiles by entity id. */
export function tilesByEntity(tiles: Iterable<Tile>): Map<string, Tile[]> {
  const byEntity = new Map<string, Tile[]>();
  for (const tile of tiles) {
    const id = entityId(tile.key);
    const ofEntity = byEntity.get(id);
    if (ofEntity) ofEntity.push(tile);
    else byEntity.set(id, [tile]);
  }
  return byEntity;
}

/** Merges the partials of the wanted aggregations. Only these are valid in the result. */
export function mergeParts(
  { aggregations }: CompiledStreamTable,
  wanted: Iterable<number>,
  all: readonly (readonly unknown[])[],
): readonly unknown[] {
  if (all.length === 1) return all[0]!;
  const merged: unknown[] = aggregations.map(() => undefined);
  for (const index of wanted) {
    merged[index] = aggregations[index]!.aggregator.merge(all.map((partials) => partials[index]));
  }
  return merged;
}

/**
 * The first and the last window that contain a tile, as the {@link slideNumber}s of their ends. If first >
 * last, no window contains the tile.
 */
export function windowsOf(
  { window }: CompiledStreamTable,
  { start, admittedFrom }: TileIdentity,
): [number, number] {
  const first = slideNumber(window, later(start + window.slide, admittedFrom));
  return [first, slideNumber(window, lastWindowEnd(window, start))];
}

/** The tail tiles of some tiles of a table with a tail, which must be tiles of slides. Empty without a tail. */
export function tailTiles(table: CompiledStreamTable, tiles: Iterable<Tile>): Tile[] {
  const { window } = table;
  if (window.tail === undefined) return [];
  const largest = largestTiles(window);
  const groups = new Map<string, { identity: TileIdentity; parts: unknown[][] }>();
  for (const { key, start, admittedFrom, partials } of tiles) {
    const tail = tileStart(largest, start);
    const admitted = later(admittedFrom, tail + window.tail);
    const id = `${tail} ${admitted} ${entityId(key)}`;
    const group = groups.get(id);
    if (group) group.parts.push(partials);
    else {
      const identity = { key, start: tail, admittedFrom: admitted, ofTail: true as const };
      groups.set(id, { identity, parts: [partials] });
    }
  }
  return [...groups.values()].map(({ identity, parts }) => ({
    ...identity,
    partials: [...mergeParts(table, table.aggregations.keys(), parts)],
  }));
}

/** Tiles of slides, and the tail tiles of them. */
export function withTailTiles(table: CompiledStreamTable, tiles: readonly Tile[]): readonly Tile[] {
  return table.window.tail === undefined ? tiles : [...tiles, ...tailTiles(table, tiles)];
}
