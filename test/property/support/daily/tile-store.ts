import type { FeatureValue } from '../../../../domain/aggregation/aggregator.ts';
import { type Day, dayOf, partsOf, tileId } from '../../../../domain/batch/day-tiles.ts';
import {
  type OpenTile,
  type TilePartials,
  addEvent,
  encodeTile,
  mergeSpans,
  mergeTiles,
  tilesRead,
} from '../../../../domain/batch/entity-tiles.ts';
import type { FindRow } from '../../../../domain/batch/joined-feature.ts';
import { planTiles } from '../../../../domain/batch/tile-plan.ts';
import type { CompiledTiledTable } from '../../../../domain/batch/tiled-table.ts';
import type { Event } from '../../../../domain/log/event.ts';

/** The tiles of a batch table in memory, as `db/batch/tiles` holds them, with the events that they are made of. */
export class TileStore {
  readonly #table: CompiledTiledTable;
  readonly #changed = new Map<Day, bigint>();
  readonly #made = new Map<string, bigint>();
  /** By tile, then by user. */
  readonly #tiles = new Map<string, Map<string, TilePartials>>();
  readonly #computed: Day[] = [];
  #events: Event[] = [];
  #sequence = 0n;
  #floor: bigint | undefined;

  constructor(table: CompiledTiledTable) {
    this.#table = table;
  }

  /** Adds events in one write. */
  add(events: readonly Event[]): void {
    this.#sequence += 1n;
    this.#events.push(...events);
    for (const { eventTs } of events) this.#changed.set(dayOf(eventTs), this.#sequence);
  }

  /** Removes the events before a moment. */
  retain(floor: bigint): void {
    this.#floor = this.#floor === undefined || floor > this.#floor ? floor : this.#floor;
    this.#events = this.#events.filter(({ eventTs }) => eventTs >= this.#floor!);
  }

  /** The rows by user. Undefined if events that they need may be gone. */
  compute(at: Day, findRow: FindRow): Map<string, readonly FeatureValue[]> | undefined {
    const table = this.#table;
    const state = {
      changed: this.#changed,
      made: this.#made,
      listedFrom: undefined,
      floor: this.#floor,
      computed: this.#computed,
    };
    const plan = planTiles(state, table.lookBack, at);
    if (plan.isLost) return undefined;
    for (const { tile } of plan.days) {
      const ofDay = this.#events.filter(({ eventTs }) => dayOf(eventTs) === tile.firstDay);
      const tiles = [...groupsBy(ofDay, (event) => table.keyOf(event)![0]!)];
      this.#put(
        tileId(tile),
        tiles.map(([user, events]) => [
          user,
          encodeTile(
            table,
            events.reduce<OpenTile | undefined>((open, event) => addEvent(table, open, event), undefined)!,
          ),
        ]),
      );
    }
    for (const { tile } of plan.merges) {
      const parts = partsOf(tile).flatMap((part) => [...(this.#tiles.get(tileId(part)) ?? [])]);
      const tiles = [...groupsBy(parts, ([user]) => user)];
      this.#put(
        tileId(tile),
        tiles.map(([user, own]) => [
          user,
          mergeTiles(
            table,
            own.map(([, partials]) => partials),
          ),
        ]),
      );
    }
    this.#computed.push(at);
    return this.#read(at, findRow);
  }

  #read(at: Day, findRow: FindRow): Map<string, readonly FeatureValue[]> {
    const table = this.#table;
    const read = tilesRead(table, at, Math.min(at, ...this.#changed.keys()));
    const own = new Map<string, Map<string, TilePartials>>();
    for (const tile of read.tiles)
      for (const [user, partials] of this.#tiles.get(tileId(tile)) ?? [])
        own.set(user, new Map([...(own.get(user) ?? []), [tileId(tile), partials]]));
    return new Map(
      [...own].map(([user, tiles]) => [
        user,
        table.finish([user], mergeSpans(table, read, tiles), at, findRow),
      ]),
    );
  }

  /** The number of tiles that rows as of a day are merged from. */
  tilesOf(at: Day): number {
    return tilesRead(this.#table, at, Math.min(at, ...this.#changed.keys())).tiles.length;
  }

  #put(id: string, tiles: readonly (readonly [string, TilePartials])[]): void {
    // As in the database, partials are JSON.
    this.#tiles.set(id, new Map(JSON.parse(JSON.stringify(tiles)) as [string, TilePartials][]));
    this.#made.set(id, this.#sequence);
  }
}

function groupsBy<Item>(items: readonly Item[], keyOf: (item: Item) => string): Map<string, Item[]> {
  const groups = new Map<string, Item[]>();
  for (const item of items) {
    const key = keyOf(item);
    const group = groups.get(key);
    if (group) group.push(item);
    else groups.set(key, [item]);
  }
  return groups;
}
