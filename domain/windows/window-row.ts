import type { Instant } from '../time/instant.ts';
import { type Carry, lifetimeUntil } from './lifetime-carry.ts';
import type { FinishedRow } from './row-finisher.ts';
import { sawtooth } from './sawtooth.ts';
import type { CompiledStreamTable, EntityKey, Span } from './stream-table.ts';
import type { TileSet } from './tile-set.ts';
import { type Tile, entityId, mergeParts, tilesByEntity, windowsOf } from './tile.ts';
import { turnsOf } from './turns.ts';
import { slideStart } from './window.ts';

/** One row of a stream table. `feature_ts` and `window_end` are `end`; `window_start` is the start of that window. */
export interface WindowRow extends FinishedRow {
  readonly key: EntityKey;
  readonly end: Instant;
}

/** A range of an entity's event time, `[from, to)`. */
export interface EntityRange {
  readonly key: EntityKey;
  readonly from: Instant;
  readonly to: Instant;
  /** Marks a range of tail tiles. Omitted: it is one of tiles of slides. */
  readonly ofTail?: true;
}

/** The windows of an entity that a change to some tiles touches: their ends in ascending order. */
export interface TouchedWindows {
  readonly key: EntityKey;
  readonly ends: readonly Instant[];
}

/** The windows that a change to some tiles touches, in the order of the entity ids. */
export function touchedWindows(table: CompiledStreamTable, changed: Iterable<Tile>): TouchedWindows[] {
  return [...tilesByEntity(changed)]
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([, tiles]) => ({ key: tiles[0]!.key, ends: endsOf(table, tiles) }));
}

/** The ends of the windows that some of the tiles give a row, in ascending order, each once. */
function endsOf(table: CompiledStreamTable, tiles: Iterable<Tile>): Instant[] {
  if (table.window.tail !== undefined) return turnsOf(table, tiles);
  const ends: Instant[] = [];
  let next = -Infinity;
  const ranges = [...tiles].map((tile) => windowsOf(table, tile)).sort(([a], [b]) => a - b);
  for (const [first, last] of ranges) {
    for (let end = Math.max(first, next); end <= last; end += 1) ends.push(slideStart(table.window, end));
    next = Math.max(next, last + 1);
  }
  return ends;
}

/** The ranges that the tiles of the touched windows lie in: as few disjoint ranges as cover them. */
export function tileRanges(
  { window }: CompiledStreamTable,
  touched: readonly TouchedWindows[],
): EntityRange[] {
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

/**
 * The windows of an entity that end at `from` or later and have a row. `tiles` must be all tiles of these
 * windows.
 */
export function rowsFrom(
  table: CompiledStreamTable,
  tiles: Iterable<Tile>,
  key: EntityKey,
  from: Instant,
): TouchedWindows {
  return { key, ends: endsOf(table, tiles).filter((end) => end >= from) };
}

/**
 * The rows of the touched windows, each computed when it is taken. `tiles` must hold all tiles of these
 * windows (of a table with a tail, see `rowReads`) and, in a table with lifetimes, all tiles of their entities
 * that the carries do not hold. `carries` are by entity id.
 */
export function* windowRows(
  table: CompiledStreamTable,
  touched: readonly TouchedWindows[],
  tiles: TileSet,
  carries: ReadonlyMap<string, Carry> = new Map(),
): Generator<WindowRow> {
  for (const { key, ends } of touched) {
    const ofEntity = tiles.ofEntity(key);
    const lifetime =
      table.lifetime.length > 0 && lifetimeUntil(table, carries.get(entityId(key)), [...(ofEntity ?? [])]);
    const spansUntil = table.spans.map((span) => spanUntil(table, span, tiles, key));
    for (const end of ends) {
      const spans = spansUntil.map((until) => until(end));
      const { values, approximate } = table.finish(lifetime ? [...spans, lifetime(end)] : spans);
      yield { key, end, values, approximate };
    }
  }
}

/** Computes the partials of an entity's span at one end after another, which must be ascending. */
function spanUntil(
  table: CompiledStreamTable,
  span: Span,
  tiles: TileSet,
  key: EntityKey,
): (end: Instant) => readonly unknown[] {
  const ofEntity = tiles.ofEntity(key);
  if (span.byTail)
    return sawtooth(table, span, { slides: ofEntity ?? [], tails: tiles.tailsOfEntity(key) ?? [] });
  return (end) => {
    const inWindow = ofEntity?.inWindow(end, span.length) ?? [];
    return mergeParts(
      table,
      span.aggregations,
      inWindow.map(({ partials }) => partials),
    );
  };
}

/** Whether there is a row, given all tiles of its window. */
export function hasRow(
  { window }: CompiledStreamTable,
  tiles: TileSet,
  { key, end }: Pick<WindowRow, 'key' | 'end'>,
): boolean {
  return (tiles.ofEntity(key)?.inWindow(end, window.length).length ?? 0) > 0;
}
