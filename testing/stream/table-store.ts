import type { Carry } from '../../domain/windows/lifetime-carry.ts';
import type { CompiledStreamTable } from '../../domain/windows/stream-table.ts';
import { tableMerge } from '../../domain/windows/table-change.ts';
import { type TilePage, tilePages } from '../../domain/windows/tile-pages.ts';
import { TileSet } from '../../domain/windows/tile-set.ts';
import { type Tile, entitiesOf, entityId } from '../../domain/windows/tile.ts';
import type { EntityRange } from '../../domain/windows/window-row.ts';
import type { RowStore } from '../store/row-store.ts';

/** The values of the rows of a page, of which all are in memory. */
const CELLS_PER_PAGE = 1_000_000;

/**
 * What a stream stores of one table, in memory. It merges tiles as the database does: it reads those in the ranges that
 * the merge names, and writes tiles, carries and rows.
 */
export class StreamTableStore {
  readonly #table: CompiledStreamTable;
  readonly #rows: RowStore;
  readonly #tiles: TileSet;
  readonly #carries = new Map<string, Carry>();

  constructor(table: CompiledStreamTable, rows: RowStore) {
    this.#table = table;
    this.#rows = rows;
    this.#tiles = new TileSet(table);
  }

  /** Merges the tiles of a micro-batch, as the write with the sequence. */
  merge(tiles: readonly Tile[], sequence: bigint): void {
    for (const page of tilePages(this.#table, tiles, CELLS_PER_PAGE)) this.#mergePage(page, sequence);
  }

  #mergePage(page: TilePage, sequence: bigint): void {
    const carries = entitiesOf(page.tiles).flatMap((key) => this.#carries.get(entityId(key)) ?? []);
    const merge = tableMerge(this.#table, page, carries);
    const change = merge.change(merge.reads.flatMap((range) => [...this.#tilesIn(range)]));
    // The rows are made from the tiles as they were read, and of those of the page.
    for (const { key, end, values, approximate } of change.rows)
      this.#rows.write({ key, featureTs: end, values, approximate }, sequence);
    for (const tile of [...change.tiles.created, ...change.tiles.changed]) this.#tiles.set(tile);
    for (const carry of change.carries) this.#carries.set(entityId(carry.key), carry);
  }

  #tilesIn({ key, from, to, ofTail }: EntityRange): Iterable<Tile> {
    const ofEntity = ofTail ? this.#tiles.tailsOfEntity(key) : this.#tiles.ofEntity(key);
    return ofEntity?.startingIn(from, to) ?? [];
  }
}
