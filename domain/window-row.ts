import type { FeatureValue } from './aggregation/aggregator.ts';
import type { Instant } from './instant.ts';
import type { EntityKey, StreamTable } from './stream-table.ts';
import { entityId, mergePartials, windowEndsOf, type Tile } from './tile.ts';

/** One row of a stream feature table. `feature_ts` and `window_end` are `end`, `window_start` is `end − length`. */
export interface WindowRow {
  readonly key: EntityKey;
  readonly end: Instant;
  readonly values: readonly FeatureValue[];
}

/** Which row it is, whatever its values. */
export function rowId({ key, end }: Pick<WindowRow, 'key' | 'end'>): string {
  return `${entityId(key)}\0${end}`;
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
  tiles: Iterable<Tile>,
): WindowRow[] {
  const tilesOf = groupByEntityAndStart(tiles);
  return touched.flatMap(({ key, ends }) => {
    const byStart = tilesOf.get(entityId(key)) ?? new Map<Instant, Tile[]>();
    return ends.map((end) => ({
      key,
      end,
      values: table.finish(mergePartials(table, tilesIn(table, byStart, end))),
    }));
  });
}

function tilesIn(
  { window }: StreamTable,
  byStart: ReadonlyMap<Instant, readonly Tile[]>,
  end: Instant,
): Tile[] {
  const tiles: Tile[] = [];
  for (let start = end - window.length; start < end; start += window.slide) {
    for (const tile of byStart.get(start) ?? []) if (tile.admittedFrom <= end) tiles.push(tile);
  }
  return tiles;
}

function groupByEntityAndStart(tiles: Iterable<Tile>): Map<string, Map<Instant, Tile[]>> {
  const groups = new Map<string, Map<Instant, Tile[]>>();
  for (const tile of tiles) {
    const id = entityId(tile.key);
    const byStart = groups.get(id) ?? new Map<Instant, Tile[]>();
    groups.set(id, byStart);
    const atStart = byStart.get(tile.start);
    if (atStart) atStart.push(tile);
    else byStart.set(tile.start, [tile]);
  }
  return groups;
}

function ascending(a: Instant, b: Instant): number {
  return a < b ? -1 : Number(a > b);
}
