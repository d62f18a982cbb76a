import type { FeatureValue } from './aggregation/aggregator.ts';
import type { Duration } from './duration.ts';
import type { Instant } from './instant.ts';
import { lifetimeUntil, type Carry } from './lifetime.ts';
import type { EntityKey, StreamTable } from './stream-table.ts';
import { entityId, mergeParts, windowEndsOf, type Tile } from './tile.ts';
import type { TileSet } from './tile-set.ts';

/** One row of a stream feature table. `feature_ts` and `window_end` are `end`, `window_start` is `end − length`. */
export interface WindowRow {
  readonly key: EntityKey;
  readonly end: Instant;
  readonly values: readonly FeatureValue[];
}

/** A stretch of an entity's time, `[from, to)`. */
export interface EntityRange {
  readonly key: EntityKey;
  readonly from: Instant;
  readonly to: Instant;
}

/** The windows that a change to some tiles touches: for each entity, in the order of their keys, their ends in order. */
export interface TouchedWindows {
  readonly key: EntityKey;
  readonly ends: readonly Instant[];
}

export function touchedWindows(table: StreamTable, changed: Iterable<Tile>): TouchedWindows[] {
  const byEntity = new Map<string, { key: EntityKey; ends: Set<Instant> }>();
  for (const tile of changed) {
    const id = entityId(tile.key);
    const entity = byEntity.get(id) ?? { key: tile.key, ends: new Set() };
    byEntity.set(id, entity);
    for (const end of windowEndsOf(table, tile)) entity.ends.add(end);
  }
  return [...byEntity]
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([, { key, ends }]) => ({ key, ends: [...ends].sort(ascending) }));
}

/** Where the tiles lie that the touched windows are made of, as few disjoint ranges as cover them. */
export function tileRanges({ window }: StreamTable, touched: readonly TouchedWindows[]): EntityRange[] {
  const ranges: EntityRange[] = [];
  for (const { key, ends } of touched) {
    let open: { key: EntityKey; from: Instant; to: Instant } | undefined;
    for (const end of ends) {
      if (open && end - window.length <= open.to) open.to = end;
      else ranges.push((open = { key, from: end - window.length, to: end }));
    }
  }
  return ranges;
}

/** The rows of an entity that end at `from` or later, given all tiles of their windows. */
export function rowsFrom(
  table: StreamTable,
  tiles: readonly Tile[],
  key: EntityKey,
  from: Instant,
): TouchedWindows {
  const ends = new Set(tiles.flatMap((tile) => windowEndsOf(table, tile)).filter((end) => end >= from));
  return { key, ends: [...ends].sort(ascending) };
}

/** The touched windows' rows, from all tiles that the windows are made of, and what is carried of lifetimes. */
export function windowRows(
  table: StreamTable,
  touched: readonly TouchedWindows[],
  tiles: TileSet,
  carries: ReadonlyMap<string, Carry> = new Map(),
): WindowRow[] {
  return touched.flatMap(({ key, ends }) => {
    const byStart = tiles.ofEntity(key);
    const lifetime =
      table.lifetime.length > 0 && lifetimeUntil(table, carries.get(entityId(key)), tiles.allOf(key));
    return ends.map((end) => {
      const spans = table.spans.map(({ length, aggregations }) =>
        mergeParts(
          table,
          aggregations,
          tilesIn(table, byStart, end, length).map(({ partials }) => partials),
        ),
      );
      return { key, end, values: table.finish(lifetime ? [...spans, lifetime(end)] : spans) };
    });
  });
}

/** Whether there is a row, given all tiles of its window. */
export function hasRow(table: StreamTable, tiles: TileSet, { key, end }: Omit<WindowRow, 'values'>): boolean {
  return tilesIn(table, tiles.ofEntity(key), end, table.window.length).length > 0;
}

function tilesIn(
  { window }: StreamTable,
  byStart: ReadonlyMap<Instant, readonly Tile[]>,
  end: Instant,
  length: Duration,
): Tile[] {
  const tiles: Tile[] = [];
  if (byStart.size === 0) return tiles;
  for (let start = end - length; start < end; start += window.slide) {
    for (const tile of byStart.get(start) ?? []) if (tile.admittedFrom <= end) tiles.push(tile);
  }
  return tiles;
}

function ascending(a: Instant, b: Instant): number {
  return a < b ? -1 : Number(a > b);
}
