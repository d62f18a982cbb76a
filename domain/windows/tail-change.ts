import { type Instant, earlier, later } from '../time/instant.ts';
import { type Carry, nextCarry, usableCarries } from './lifetime-carry.ts';
import { rowReads } from './row-reads.ts';
import type { CompiledStreamTable, EntityKey } from './stream-table.ts';
import { BEGINNING, END, type TableMerge, tileUpserts } from './table-merge.ts';
import { TileSet, mergeTiles } from './tile-set.ts';
import { type Tile, entityId, withTailTiles } from './tile.ts';
import { turnsOf } from './turns.ts';
import { type EntityRange, type TouchedWindows, type WindowRow, windowRows } from './window-row.ts';
import { exitFrom } from './window.ts';

/** An entity, and the first and the last end of the rows that incoming tiles change. */
export interface TouchedRange {
  readonly key: EntityKey;
  readonly first: Instant;
  readonly last: Instant;
}

/**
 * Merges incoming tiles of slides into a table with a tail, at both sizes. It writes the rows of all turns of
 * their entities, also of other tiles, from the admission of the first incoming tile until the last one has left.
 */
export function mergeTails(
  table: CompiledStreamTable,
  slides: readonly Tile[],
  carries: readonly Carry[],
): TableMerge {
  const incoming = withTailTiles(table, slides);
  const usable = usableCarries(carries, slides);
  const ranges = touchedRanges(table, slides);
  return {
    reads: [
      ...ranges.flatMap((range) => readsOf(table, range, usable)),
      ...olderReads(table, ranges, incoming),
    ],
    change(stored) {
      const merged = mergeTiles(table, stored, incoming);
      const storedTiles = new TileSet(table, stored);
      const rows = windowRows(table, turnsIn(table, merged, ranges), merged, usable);
      const next =
        table.lifetime.length === 0
          ? []
          : ranges.flatMap(
              ({ key }) => nextCarry(table, key, usable.get(entityId(key)), [...merged.ofEntity(key)!]) ?? [],
            );
      return {
        tiles: tileUpserts(incoming, merged, storedTiles),
        rows,
        mayBeStored: storedTurns(table, storedTiles, ranges),
        carries: next,
      };
    },
  };
}

/** One for each entity, in the order of the entity ids. Over a lifetime, all later rows change. */
export function touchedRanges(table: CompiledStreamTable, slides: readonly Tile[]): TouchedRange[] {
  const ranges = windowRanges(table, slides);
  return table.lifetime.length === 0 ? ranges : ranges.map((range) => ({ ...range, last: END }));
}

/** The ranges of the rows whose windows or spans hold one of the tiles, and of those that it has just left. */
export function windowRanges({ window }: CompiledStreamTable, slides: readonly Tile[]): TouchedRange[] {
  const byEntity = new Map<string, TouchedRange>();
  for (const { key, start, admittedFrom } of slides) {
    const id = entityId(key);
    const exit = exitFrom(window, start);
    const known = byEntity.get(id);
    byEntity.set(id, {
      key,
      first: known ? earlier(known.first, admittedFrom) : admittedFrom,
      last: known ? later(known.last, exit) : exit,
    });
  }
  return [...byEntity].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, range]) => range);
}

/** The turns of the entities' tiles that lie in the ranges. */
export function turnsIn(
  table: CompiledStreamTable,
  tiles: TileSet,
  ranges: readonly TouchedRange[],
): TouchedWindows[] {
  return ranges.map(({ key, first, last }) => ({
    key,
    ends: turnsOf(table, allOf(tiles, key)).filter((end) => end >= first && end <= last),
  }));
}

function readsOf(
  table: CompiledStreamTable,
  range: TouchedRange,
  carries: ReadonlyMap<string, Carry>,
): EntityRange[] {
  const { key, first } = range;
  const [slides, tails] = rowReads(table, key, range);
  if (table.lifetime.length === 0) return [slides, tails];
  const carry = carries.get(entityId(key));
  const from = carry ? earlier(carry.openFrom ?? first, slides.from) : BEGINNING;
  return [{ ...slides, from }, tails];
}

/** The ranges of those incoming tiles that start before the ranges from which rows are made. */
function olderReads(
  table: CompiledStreamTable,
  ranges: readonly TouchedRange[],
  incoming: readonly Tile[],
): EntityRange[] {
  const { slide, tail } = table.window;
  const reads = new Map(ranges.map((range) => [entityId(range.key), rowReads(table, range.key, range)]));
  const older = new Map<string, EntityRange>();
  for (const { key, start, ofTail } of incoming) {
    const id = entityId(key);
    const [slides, tails] = reads.get(id)!;
    if (start >= (ofTail ? tails : slides).from) continue;
    const range = { key, from: start, to: start + (ofTail ? tail! : slide) };
    older.set(`${start} ${ofTail} ${id}`, ofTail ? { ...range, ofTail } : range);
  }
  return [...older.values()];
}

/**
 * Whether a row may be stored: one is at each turn of the stored tiles. At the first end of a range a tile may
 * have left that is not stored any more.
 */
function storedTurns(
  table: CompiledStreamTable,
  stored: TileSet,
  ranges: readonly TouchedRange[],
): (row: WindowRow) => boolean {
  const firsts = new Map(ranges.map(({ key, first }) => [entityId(key), first]));
  const turns = new Map<string, ReadonlySet<Instant>>();
  return ({ key, end }) => {
    const id = entityId(key);
    if (end === firsts.get(id)) return true;
    let known = turns.get(id);
    if (!known) turns.set(id, (known = new Set(turnsOf(table, allOf(stored, key)))));
    return known.has(end);
  };
}

function allOf(tiles: TileSet, key: EntityKey): Tile[] {
  return [...(tiles.ofEntity(key) ?? []), ...(tiles.tailsOfEntity(key) ?? [])];
}
