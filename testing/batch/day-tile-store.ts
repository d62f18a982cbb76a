import { type Day, type DayTile, partsOf, tileId } from '../../domain/batch/day-tiles.ts';
import {
  type OpenTile,
  type TilePartials,
  addEvent,
  encodeTile,
  mergeSpans,
  mergeTiles,
  tilesRead,
} from '../../domain/batch/entity-tiles.ts';
import { planTiles } from '../../domain/batch/tile-plan.ts';
import type { CompiledTiledTable, Partials } from '../../domain/batch/tiled-table.ts';
import type { EntityKey } from '../../domain/windows/stream-table.ts';
import { entityId } from '../../domain/windows/tile.ts';
import type { EventDay } from '../stream/source-store.ts';

/** Something of each entity, by the entity's id. */
type ByEntity<Value> = Map<string, { readonly key: EntityKey; readonly value: Value }>;

/** The day tiles of a batch table in memory, which it makes and merges in the steps that the engine plans. */
export class DayTileStore {
  readonly #table: CompiledTiledTable;
  readonly #days: ReadonlyMap<Day, EventDay>;
  /** By the tile's id: the partials of each entity. */
  readonly #tiles = new Map<string, ByEntity<TilePartials>>();
  readonly #made = new Map<string, bigint>();
  readonly #computed = new Set<Day>();

  constructor(table: CompiledTiledTable, days: ReadonlyMap<Day, EventDay>) {
    this.#table = table;
    this.#days = days;
  }

  /**
   * What the events of each entity come to as of the beginning of a day.
   *
   * @param sequence the last write that has been seen.
   */
  partialsAt(at: Day, sequence: bigint): { readonly key: EntityKey; readonly partials: Partials }[] {
    this.#make(at, sequence);
    const read = tilesRead(this.#table, at, Math.min(at, ...this.#days.keys()));
    const own: ByEntity<Map<string, TilePartials>> = new Map();
    for (const tile of read.tiles)
      for (const [id, { key, value }] of this.#tiles.get(tileId(tile)) ?? []) {
        const known = own.get(id);
        if (known) known.value.set(tileId(tile), value);
        else own.set(id, { key, value: new Map([[tileId(tile), value]]) });
      }
    return [...own.values()].map(({ key, value }) => ({
      key,
      partials: mergeSpans(this.#table, read, value),
    }));
  }

  #make(at: Day, sequence: bigint): void {
    const changed = new Map([...this.#days].map(([day, one]) => [day, one.changed]));
    const plan = planTiles(
      { changed, made: this.#made, listedFrom: undefined, floor: undefined, computed: [...this.#computed] },
      this.#table.lookBack,
      at,
    );
    for (const { tile } of plan.days) this.#put(tile, this.#ofDay(tile.firstDay), sequence);
    for (const { tile } of plan.merges) this.#put(tile, this.#merged(tile), sequence);
    this.#computed.add(at);
  }

  #put(tile: DayTile, tiles: ByEntity<TilePartials>, sequence: bigint): void {
    this.#tiles.set(tileId(tile), tiles);
    this.#made.set(tileId(tile), sequence);
  }

  #ofDay(day: Day): ByEntity<TilePartials> {
    const open: ByEntity<OpenTile> = new Map();
    for (const event of this.#days.get(day)!.events) {
      const key = this.#table.keyOf(event);
      if (!key) continue;
      const id = entityId(key);
      open.set(id, { key, value: addEvent(this.#table, open.get(id)?.value, event) });
    }
    return mapped(open, (tile) => encodeTile(this.#table, tile));
  }

  #merged(tile: DayTile): ByEntity<TilePartials> {
    const parts: ByEntity<TilePartials[]> = new Map();
    for (const part of partsOf(tile))
      for (const [id, { key, value }] of this.#tiles.get(tileId(part)) ?? []) {
        const known = parts.get(id);
        if (known) known.value.push(value);
        else parts.set(id, { key, value: [value] });
      }
    return mapped(parts, (tiles) => mergeTiles(this.#table, tiles));
  }
}

function mapped<From, To>(values: ByEntity<From>, map: (value: From) => To): ByEntity<To> {
  return new Map([...values].map(([id, { key, value }]) => [id, { key, value: map(value) }] as const));
}
