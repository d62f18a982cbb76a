import type { Duration } from '../time/duration.ts';
import { type Instant, later, latest } from '../time/instant.ts';
import type { EntityKey, StreamTable } from './stream-table.ts';
import { type Tile, entityId, mergeParts } from './tile.ts';

/**
 * What an entity's tiles with `admittedFrom <= through` come to, so that a lifetime need not be read again: a row that
 * ends after `through` is the carry and the tiles admitted since. It can be told from the tiles, so it may be
 * forgotten at any time.
 */
export interface Carry {
  readonly key: EntityKey;
  readonly through: Instant;
  /** Where the first tile starts that is admitted after `through`; null where there is none. */
  readonly openFrom: Instant | null;
  /** One partial for each of the table's aggregations; only those over a lifetime mean something. */
  readonly partials: readonly unknown[];
}

/** The carries that incoming tiles leave valid, by entity: nothing comes in that they should have counted. */
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

/** An entity's lifetime at one moment after another: what its carry holds and the tiles admitted by then. */
export function lifetimeUntil(
  table: StreamTable,
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
 * The carry for the next time, or undefined where the present one is as good. It stops a margin behind the newest
 * tile, since what comes in before it costs reading all tiles.
 */
export function nextCarry(
  table: StreamTable,
  key: EntityKey,
  carry: Carry | undefined,
  tiles: readonly Tile[],
): Carry | undefined {
  const newest = latest(tiles.map(({ admittedFrom }) => admittedFrom));
  const margin: Duration = table.window.length + table.allowedLateness;
  const through = carry ? later(carry.through, newest - margin) : newest - margin;
  const open = tiles.filter(({ admittedFrom }) => admittedFrom > through).map(({ start }) => start);
  const openFrom = open.length === 0 ? null : open.reduce((first, start) => (start < first ? start : first));
  if (carry && carry.through === through && carry.openFrom === openFrom) return undefined;
  return { key, through, openFrom, partials: lifetimeUntil(table, carry, tiles)(through) };
}

function admittedAfter(carry: Carry | undefined, tiles: readonly Tile[]): Tile[] {
  return carry ? tiles.filter(({ admittedFrom }) => admittedFrom > carry.through) : [...tiles];
}

function emptyPartials({ aggregations }: StreamTable): unknown[] {
  return aggregations.map(({ aggregator }) => aggregator.empty());
}

/** A carry's partials as JSON: of the aggregations that some feature is over a lifetime of, in their order. */
export function encodeCarried(
  { aggregations, lifetime }: StreamTable,
  partials: readonly unknown[],
): unknown[] {
  return lifetime.map((index) => aggregations[index]!.aggregator.encode(partials[index]));
}

export function decodeCarried({ aggregations, lifetime }: StreamTable, json: readonly unknown[]): unknown[] {
  const partials: unknown[] = [];
  lifetime.forEach((index, place) => {
    partials[index] = aggregations[index]!.aggregator.decode(json[place]);
  });
  return partials;
}
