import { type Instant, earlier } from '../time/instant.ts';
import { type Carry, nextCarry, usableCarries } from './lifetime-carry.ts';
import type { CompiledStreamTable, EntityKey } from './stream-table.ts';
import { BEGINNING, END, type TableChange, type TableMerge, tileUpserts } from './table-merge.ts';
import { mergeTails, touchedRanges, turnsIn } from './tail-change.ts';
import type { TilePage } from './tile-pages.ts';
import { TileSet, mergeTiles } from './tile-set.ts';
import { type Tile, entityId } from './tile.ts';
import { type TouchedWindows, hasRow, rowsFrom, tileRanges, windowRows } from './window-row.ts';

/** Merges a page of incoming tiles into the stored ones. `carries` are the stored carries of their entities. */
export function tableMerge(
  table: CompiledStreamTable,
  page: TilePage,
  carries: readonly Carry[],
): TableMerge {
  if (table.window.tail !== undefined) return mergeTails(table, page.tiles, carries);
  return table.lifetime.length === 0 ? mergeWindows(table, page) : mergeLifetimes(table, page.tiles, carries);
}

function mergeWindows(table: CompiledStreamTable, { tiles: incoming, touched }: TilePage): TableMerge {
  return {
    reads: tileRanges(table, touched),
    change(stored) {
      const merged = mergeTiles(table, stored, incoming);
      const rows = windowRows(table, touched, merged);
      return { rows, carries: [], ...againstStored(table, { stored, incoming, merged }) };
    },
  };
}

function mergeLifetimes(
  table: CompiledStreamTable,
  incoming: readonly Tile[],
  carries: readonly Carry[],
): TableMerge {
  const usable = usableCarries(carries, incoming);
  const entities = firstAdmissions(incoming);
  return {
    reads: entities.map(({ key, admitted }) => {
      const carry = usable.get(entityId(key));
      if (!carry) return { key, from: BEGINNING, to: END };
      return { key, from: earlier(carry.openFrom ?? admitted, admitted - table.window.length), to: END };
    }),
    change(stored) {
      const merged = mergeTiles(table, stored, incoming);
      const rows = windowRows(table, rowsSince(table, merged, entities), merged, usable);
      const next = entities.flatMap(
        ({ key }) => nextCarry(table, key, usable.get(entityId(key)), [...merged.ofEntity(key)!]) ?? [],
      );
      return { rows, carries: next, ...againstStored(table, { stored, incoming, merged }) };
    },
  };
}

/**
 * The rows to write with a page of tiles. With lifetimes, these are all rows of an entity from the admission
 * of its first tile on; with a tail, those until the last tile has left.
 */
export function touchedRows(
  table: CompiledStreamTable,
  merged: TileSet,
  { tiles, touched }: TilePage,
): readonly TouchedWindows[] {
  if (table.window.tail !== undefined) return turnsIn(table, merged, touchedRanges(table, tiles));
  return table.lifetime.length === 0 ? touched : rowsSince(table, merged, firstAdmissions(tiles));
}

/** An entity, and the smallest `admittedFrom` of its tiles. */
interface FirstAdmission {
  readonly key: EntityKey;
  readonly admitted: Instant;
}

function rowsSince(
  table: CompiledStreamTable,
  merged: TileSet,
  entities: readonly FirstAdmission[],
): TouchedWindows[] {
  return entities.map(({ key, admitted }) => rowsFrom(table, merged.ofEntity(key)!, key, admitted));
}

/** One for each entity, in the order of the entity ids. */
function firstAdmissions(tiles: readonly Tile[]): FirstAdmission[] {
  const byEntity = new Map<string, FirstAdmission>();
  for (const { key, admittedFrom } of tiles) {
    const admitted = byEntity.get(entityId(key))?.admitted ?? admittedFrom;
    byEntity.set(entityId(key), { key, admitted: earlier(admitted, admittedFrom) });
  }
  return [...byEntity].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, entity]) => entity);
}

/** The tiles of a merge: before it, to be merged, and after it. */
interface MergedTiles {
  readonly stored: readonly Tile[];
  readonly incoming: readonly Tile[];
  readonly merged: TileSet;
}

function againstStored(
  table: CompiledStreamTable,
  { stored, incoming, merged }: MergedTiles,
): Pick<TableChange, 'tiles' | 'mayBeStored'> {
  const storedTiles = new TileSet(table, stored);
  return {
    tiles: tileUpserts(incoming, merged, storedTiles),
    mayBeStored: (row) => hasRow(table, storedTiles, row),
  };
}
