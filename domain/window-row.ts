import type { FeatureValue } from './aggregation/aggregator.ts';
import type { Instant } from './instant.ts';
import type { EntityKey, StreamTable } from './stream-table.ts';
import { entityId, mergePartials, windowEndsOf, type Tile } from './tile.ts';
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

/** The touched windows' rows, from all tiles that the windows are made of. */
export function windowRows(
  table: StreamTable,
  touched: readonly TouchedWindows[],
  tiles: TileSet,
): WindowRow[] {
  return touched.flatMap(({ key, ends }) => {
    const byStart = tiles.ofEntity(key);
    return ends.map((end) => ({
      key,
      end,
      values: table.finish(mergePartials(table, tilesIn(table, byStart, end))),
    }));
  });
}

/** Whether there is a row, given all tiles of its window. */
export function hasRow(table: StreamTable, tiles: TileSet, { key, end }: Omit<WindowRow, 'values'>): boolean {
  return tilesIn(table, tiles.ofEntity(key), end).length > 0;
}

function tilesIn(
  { window }: StreamTable,
  byStart: ReadonlyMap<Instant, readonly Tile[]>,
  end: Instant,
): Tile[] {
  const tiles: Tile[] = [];
  if (byStart.size === 0) return tiles;
  for (let start = end - window.length; start < end; start += window.slide) {
    for (const tile of byStart.get(start) ?? []) if (tile.admittedFrom <= end) tiles.push(tile);
  }
  return tiles;
}

function ascending(a: Instant, b: Instant): number {
  return a < b ? -1 : Number(a > b);
}
