import type { DeadLetter } from '../../../domain/log/dead-letter.ts';
import {
  NOTHING_SEEN,
  type SeenEvents,
  forgettableBefore,
  overlay,
} from '../../../domain/log/deduplication.ts';
import type { Event } from '../../../domain/log/event.ts';
import type { KafkaRecord } from '../../../domain/log/kafka-record.ts';
import type { RawEvent } from '../../../domain/log/raw-event.ts';
import type { Watermark } from '../../../domain/log/watermark.ts';
import type { MicroBatch, StreamEngine } from '../../../domain/stream/micro-batch.ts';
import type { LateEvent } from '../../../domain/windows/lateness.ts';
import { type Carry, decodeCarry, encodeCarry } from '../../../domain/windows/lifetime-carry.ts';
import { refoldAsIs } from '../../../domain/windows/refold.ts';
import { rangesByFloor, tilesToStore } from '../../../domain/windows/retention-floors.ts';
import type { CompiledStreamTable } from '../../../domain/windows/stream-table.ts';
import { tableMerge } from '../../../domain/windows/table-change.ts';
import { touchedRanges } from '../../../domain/windows/tail-change.ts';
import { type TilePage, tilePages } from '../../../domain/windows/tile-pages.ts';
import { type Tile, entitiesOf, entityId, tailTiles } from '../../../domain/windows/tile.ts';
import type { EntityRange } from '../../../domain/windows/window-row.ts';
import { windowKey } from '../../oracle/oracle.ts';
import { columns } from './engine.ts';

/** A tile as a row of the database: its identity in columns, its partials as JSON. */
interface StoredTile {
  readonly entity: string;
  readonly start: bigint;
  readonly ofTail: boolean;
  readonly json: string;
}

/** What the stream stores of one table. */
class TableStore {
  readonly tiles = new Map<string, StoredTile>();
  readonly rows = new Map<string, Record<string, unknown>>();
  /** The events that a late merge has put into all of their windows. */
  readonly merged = new Set<Event>();
  /** The number of tiles that each commit read. */
  readonly tilesRead: number[] = [];
  readonly carries = new Map<string, Omit<Carry, 'partials'> & { readonly json: string }>();
}

/** A row that a commit wrote: whether it was stored before, and whether the engine said that it might be. */
interface WrittenRow {
  readonly id: string;
  readonly isStored: boolean;
  readonly mayBeStored: boolean;
}

/**
 * A database in memory. It does for a micro-batch what the real database must do: it reads the tiles in the
 * ranges that `tableMerge` names and no others, merges, and writes tiles, windows and watermarks. It holds
 * tiles as JSON text.
 */
export class StreamStore {
  readonly raw: RawEvent[] = [];
  readonly deadLetters: DeadLetter[] = [];
  readonly late: LateEvent[] = [];
  readonly tables: ReadonlyMap<string, TableStore>;
  readonly #watermarks = new Map<number, string>();
  #seen: SeenEvents = NOTHING_SEEN;
  /** The raw events that retention has left. */
  #retained: readonly RawEvent[] = [];
  #engine: StreamEngine;

  constructor(engine: StreamEngine) {
    this.#engine = engine;
    this.tables = new Map(engine.tables.map(({ definition }) => [definition.name, new TableStore()]));
  }

  /** The watermarks from which a shard of these partitions starts. */
  watermarks(partitions: readonly number[]): ReadonlyMap<number, Watermark> {
    const stored = [...this.#watermarks].filter(([partition]) => partitions.includes(partition));
    return new Map(stored.map(([partition, text]) => [partition, BigInt(text)]));
  }

  /** The originals that these records may repeat and that are not forgotten. */
  seen(records: readonly KafkaRecord[]): SeenEvents {
    const asked = [...this.#engine.keysOf(records)].map(([partition, keys]) => {
      const known = this.#seen.get(partition) ?? new Map<string, bigint>();
      return [partition, new Map([...known].filter(([key]) => keys.has(key)))] as const;
    });
    return new Map(asked);
  }

  /** Replaces all tiles of a table that start in `[from, to)` by `tiles`, as a backfill does. */
  replace(table: CompiledStreamTable, from: bigint, to: bigint, tiles: readonly Tile[]): void {
    const store = this.tables.get(table.definition.name)!;
    for (const [id, { start }] of store.tiles) if (from <= start && start < to) store.tiles.delete(id);
    store.carries.clear();
    const isInRange = ({ event }: RawEvent): boolean => from <= event.eventTs && event.eventTs < to;
    for (const one of this.#retained) if (isInRange(one)) store.merged.add(one.event);
    const raw = this.#retained.filter((one) => !isInRange(one));
    for (const page of tilePages(table, tiles, Infinity)) {
      const written = new Set(this.#commitPage(table, page, raw).map(({ id }) => id));
      if (table.window.tail !== undefined) removeOthers(table, store, page, written);
    }
  }

  /**
   * Continues with an engine whose floors are higher, and removes what is below them. Returns the number of
   * removed tiles.
   */
  retain(engine: StreamEngine): number {
    this.#engine = engine;
    let removed = 0;
    const { raw, tiles } = engine.floors;
    for (const [name, floor] of tiles) {
      const stored = this.tables.get(name)!.tiles;
      for (const [id, { start }] of stored) if (start < floor && stored.delete(id)) removed += 1;
    }
    if (raw !== undefined) this.#retained = this.#retained.filter(({ event }) => event.eventTs >= raw);
    return removed;
  }

  /** @param cellsPerPage the size of the pages on which tiles are merged. */
  commit(batch: MicroBatch, cellsPerPage = Infinity): void {
    const before = this.#retained;
    this.#seen = overlay(this.#seen, batch.seen);
    this.#forget(batch);
    this.raw.push(...batch.raw);
    this.#retained = [...before, ...batch.raw];
    this.deadLetters.push(...batch.deadLetters);
    this.late.push(...batch.late);
    if (this.#engine.source.late === 'correct')
      for (const { table, event } of batch.late) this.tables.get(table)!.merged.add(event);
    for (const table of this.#engine.tables) {
      const written = new Set<string>();
      for (const page of tilePages(table, batch.tiles.get(table.definition.name)!, cellsPerPage)) {
        for (const { id, mayBeStored, isStored } of this.#commitPage(table, page, before)) {
          if (written.has(id) || (isStored && !mayBeStored)) throw new Error(`row ${id} is inserted twice`);
          written.add(id);
        }
      }
    }
    for (const [partition, watermark] of batch.watermarks) this.#watermarks.set(partition, String(watermark));
  }

  /**
   * @param raw the raw events of earlier micro-batches, from which tiles below the floor are recomputed.
   * @returns the rows that were written.
   */
  #commitPage(table: CompiledStreamTable, page: TilePage, raw: readonly RawEvent[]): WrittenRow[] {
    const store = this.tables.get(table.definition.name)!;
    const floor = this.#engine.floors.tiles.get(table.definition.name);
    const carries = entitiesOf(page.tiles).flatMap((key) => readCarry(table, store, entityId(key)));
    const merge = tableMerge(table, page, carries);
    const ranges = rangesByFloor(merge.reads, floor);
    const refolded = (ofTail: boolean) => {
      const below = ranges.below.filter((range) => (range.ofTail ?? false) === ofTail);
      const events = raw.filter(({ event }) => below.some((range) => holds(table, range, event)));
      return refoldAsIs(table, events, (event) => store.merged.has(event));
    };
    const stored = [
      ...ranges.stored.flatMap((range) => readTiles(table, store, range)),
      ...refolded(false),
      ...tailTiles(table, refolded(true)),
    ];
    store.tilesRead.push(stored.length);
    const change = merge.change(stored);
    const tiles = tilesToStore(change.tiles, floor);
    for (const tile of [...tiles.created, ...tiles.changed]) {
      const entity = entityId(tile.key);
      const json = JSON.stringify(tileJson(table, tile));
      const ofTail = tile.ofTail ?? false;
      const id = `${entity} ${tile.start} ${tile.admittedFrom} ${ofTail}`;
      store.tiles.set(id, { entity, start: tile.start, ofTail, json });
    }
    for (const carry of change.carries) {
      const json = JSON.stringify(encodeCarry(table, carry.partials));
      store.carries.set(entityId(carry.key), { ...carry, json });
    }
    return [...change.rows].map((row) => {
      const id = windowKey(entityId(row.key), row.end);
      const isStored = store.rows.has(id);
      store.rows.set(id, columns(table, row));
      return { id, isStored, mayBeStored: change.mayBeStored(row) };
    });
  }

  /** Forgets the originals that can have no more duplicates, as the database does. */
  #forget({ watermarks }: MicroBatch): void {
    const { deduplication } = this.#engine;
    if (!deduplication) return;
    this.#seen = new Map(
      [...this.#seen].map(([partition, keys]) => {
        const horizon = forgettableBefore(deduplication, watermarks.get(partition));
        return [
          partition,
          new Map([...keys].filter(([, clock]) => horizon === undefined || clock >= horizon)),
        ];
      }),
    );
  }
}

/** Tiles as the store holds them, in order. */
export function storedTiles(table: CompiledStreamTable, tiles: readonly Tile[]): string[] {
  return tiles.map((tile) => JSON.stringify(tileJson(table, tile))).sort();
}

function holds(table: CompiledStreamTable, { key, from, to }: EntityRange, event: Event): boolean {
  const own = table.keyOf(event);
  return own !== undefined && entityId(own) === entityId(key) && from <= event.eventTs && event.eventTs < to;
}

function readCarry(table: CompiledStreamTable, store: TableStore, entity: string): Carry[] {
  const stored = store.carries.get(entity);
  return stored ? [{ ...stored, partials: decodeCarry(table, JSON.parse(stored.json) as unknown[]) }] : [];
}

/** Removes the rows that a table with a tail has no more once late events were merged: those at no turn. */
function removeOthers(
  table: CompiledStreamTable,
  { rows }: TableStore,
  { tiles }: TilePage,
  written: ReadonlySet<string>,
): void {
  for (const { key, first, last } of touchedRanges(table, tiles)) {
    for (const [id, row] of rows) {
      const end = row.feature_ts as bigint;
      if (id !== windowKey(entityId(key), end) || end < first || end > last || written.has(id)) continue;
      rows.delete(id);
    }
  }
}

function readTiles(
  table: CompiledStreamTable,
  store: TableStore,
  { key, from, to, ofTail }: EntityRange,
): Tile[] {
  return [...store.tiles.values()]
    .filter((tile) => tile.entity === entityId(key) && tile.ofTail === (ofTail ?? false))
    .filter(({ start }) => from <= start && start < to)
    .map(({ json }) => parseTile(table, JSON.parse(json) as TileJson));
}

interface TileJson {
  readonly key: readonly string[];
  readonly start: string;
  readonly admittedFrom: string;
  readonly partials: readonly unknown[];
  readonly ofTail?: true;
}

function tileJson(
  { aggregations }: CompiledStreamTable,
  { key, start, admittedFrom, partials, ofTail }: Tile,
): TileJson {
  const encoded = aggregations.map(({ aggregator }, index) => aggregator.encode(partials[index]));
  const json = { key, start: String(start), admittedFrom: String(admittedFrom), partials: encoded };
  return ofTail ? { ...json, ofTail } : json;
}

function parseTile(
  { aggregations }: CompiledStreamTable,
  { key, start, admittedFrom, partials, ofTail }: TileJson,
): Tile {
  const decoded = aggregations.map(({ aggregator }, index) => aggregator.decode(partials[index]));
  const tile = { key, start: BigInt(start), admittedFrom: BigInt(admittedFrom), partials: decoded };
  return ofTail ? { ...tile, ofTail } : tile;
}
