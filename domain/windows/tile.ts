import { type Instant, later } from '../time/instant.ts';
import type { EntityKey, StreamTable } from './stream-table.ts';
import { lastWindowEnd, slideNumber } from './window.ts';

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

/** Which tile it is, whatever it holds. */
export type TileIdentity = Omit<Tile, 'partials'>;

/** NUL cannot occur in an accepted event, so it separates without ambiguity. */
const SEPARATOR = '\0';

export function entityId(key: EntityKey): string {
  return key.length === 1 ? key[0]! : key.join(SEPARATOR);
}

/** The entities that some tiles are of, each once. */
export function entitiesOf(tiles: readonly Tile[]): EntityKey[] {
  return [...new Map(tiles.map(({ key }) => [entityId(key), key])).values()];
}

/** Tiles by the id of their entity. */
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

/** Merges some of the table's aggregations, and leaves the places of the others undefined. */
export function mergeParts(
  { aggregations }: StreamTable,
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

/** The {@link slideNumber}s of the first and the last end of the windows that a tile is part of; none: first > last. */
export function windowsOf({ window }: StreamTable, { start, admittedFrom }: TileIdentity): [number, number] {
  const first = slideNumber(window, later(start + window.slide, admittedFrom));
  return [first, slideNumber(window, lastWindowEnd(window, start))];
}
