import type { Duration } from '../time/duration.ts';
import { type Instant, later, latest } from '../time/instant.ts';
import type { CompiledStreamTable, EntityKey } from './stream-table.ts';
import { type Tile, entityId, mergeParts } from './tile.ts';

/**
 * The merge of an entity's tiles with `admittedFrom <= through`, stored so that these need not be read again
 * for the next lifetime. A row that ends after `through` merges the carry and the tiles admitted since. A
 * carry can be recomputed from the tiles, so it may be removed at any time.
 */
export interface Carry {
  readonly key: EntityKey;
  readonly through: Instant;
  /** Where the first tile starts that is admitted after `through`. Null if there is no such tile. */
  readonly openFrom: Instant | null;
  /**
   * One partial for each of the table's aggregations. Only those that a feature uses over a lifetime are
   * valid.
   */
  readonly partials: readonly unknown[];
}

/** The carries that stay valid, by entity id: those with no incoming tile that they should have merged. */
export function usableCarries(
  carries: Iterable<Carry>,
  incoming: Iterable<Tile>,
): ReadonlyMap<string, Carry> {
  const usable = new Map([...carries].map((carry) => [entityId(carry.key), carry]));
  for (const { key, admittedFrom } of incoming) {
    const carry = usable.get(entityId(key));
    if (carry && admittedFrom <= carry.through) usable.delete(entityId(key));
  }
  return usable;
}

/**
 * Computes an entity's lifetime at one end after another, from its carry and the tiles admitted by then. The
 * returned function must be called with ascending ends.
 */
export function lifetimeUntil(
  table: CompiledStreamTable,
  carry: Carry | undefined,
  tiles: readonly Tile[],
): (end: Instant) => readonly unknown[] {
  const since = admittedAfter(carry, tiles).sort((a, b) => (a.admittedFrom < b.admittedFrom ? -1 : 1));
  let partials = carry?.partials ?? emptyPartials(table);
  let next = 0;
  return (end) => {
    const from = next;
    while (next < since.length && since[next]!.admittedFrom <= end) next += 1;
    if (next > from) {
      const admitted = since.slice(from, next).map((tile) => tile.partials);
      partials = mergeParts(table, table.lifetime, [partials, ...admitted]);
    }
    return partials;
  };
}

/**
 * The carry to store next, or undefined if the present one is as good. `through` stays a margin behind the
 * newest tile, because an incoming tile that is admitted before it makes the merge read all tiles.
 */
export function nextCarry(
  table: CompiledStreamTable,
  key: EntityKey,
  carry: Carry | undefined,
  tiles: readonly Tile[],
): Carry | undefined {
  const newest = latest(tiles.map(({ admittedFrom }) => admittedFrom));
  const { length, tail = length } = table.window;
  const margin: Duration = tail + table.allowedLateness;
  const through = carry ? later(carry.through, newest - margin) : newest - margin;
  const open = tiles.filter(({ admittedFrom }) => admittedFrom > through).map(({ start }) => start);
  const openFrom = open.length === 0 ? null : open.reduce((first, start) => (start < first ? start : first));
  if (carry && carry.through === through && carry.openFrom === openFrom) return undefined;
  return { key, through, openFrom, partials: lifetimeUntil(table, carry, tiles)(through) };
}

function admittedAfter(carry: Carry | undefined, tiles: readonly Tile[]): Tile[] {
  return carry ? tiles.filter(({ admittedFrom }) => admittedFrom > carry.through) : [...tiles];
}

function emptyPartials({ aggregations }: CompiledStreamTable): unknown[] {
  return aggregations.map(({ aggregator }) => aggregator.empty());
}

/**
 * A carry's partials as JSON: those of the aggregations that a feature uses over a lifetime, in their order.
 */
export function encodeCarry(
  { aggregations, lifetime }: CompiledStreamTable,
  partials: readonly unknown[],
): unknown[] {
  return lifetime.map((index) => aggregations[index]!.aggregator.encode(partials[index]));
}

export function decodeCarry(
  { aggregations, lifetime }: CompiledStreamTable,
  json: readonly unknown[],
): unknown[] {
  const partials: unknown[] = [];
  lifetime.forEach((index, place) => {
    partials[index] = aggregations[index]!.aggregator.decode(json[place]);
  });
  return partials;
}
