import { forgettableBefore, NOTHING_SEEN, overlay, type SeenEvents } from '../../../domain/deduplication.ts';
import { decodeCarried, encodeCarried, type Carry } from '../../../domain/lifetime.ts';
import type {
  DeadLetter,
  LateEvent,
  MicroBatch,
  RawEvent,
  StreamEngine,
} from '../../../domain/micro-batch.ts';
import type { KafkaRecord } from '../../../domain/record.ts';
import type { StreamTable } from '../../../domain/stream-table.ts';
import { mergeIntoStored, tilesToRead } from '../../../domain/table-change.ts';
import { entitiesOf, entityId, type Tile } from '../../../domain/tile.ts';
import type { Watermark } from '../../../domain/watermark.ts';
import type { EntityRange } from '../../../domain/window-row.ts';
import { windowKey } from '../../oracle/oracle.ts';
import { columns } from './engine.ts';

/** A tile as a row of the database: its identity in columns, its partials as JSON. */
interface StoredTile {
  readonly entity: string;
  readonly start: bigint;
  readonly json: string;
}

/** What the stream keeps of one table. */
class TableStore {
  readonly tiles = new Map<string, StoredTile>();
  readonly rows = new Map<string, Record<string, unknown>>();
  /** How many tiles each commit read. */
  readonly tilesRead: number[] = [];
  readonly carries = new Map<string, Omit<Carry, 'partials'> & { readonly json: string }>();
}

/**
 * A database in memory. It does for a micro-batch what the real one must: read the tiles in the ranges that
 * `tilesToRead` names and no others, merge, and write tiles, windows and watermarks. Tiles live as JSON text.
 */
export class StreamStore {
  readonly raw: RawEvent[] = [];
  readonly deadLetters: DeadLetter[] = [];
  readonly late: LateEvent[] = [];
  readonly tables: ReadonlyMap<string, TableStore>;
  readonly #watermarks = new Map<number, string>();
  #seen: SeenEvents = NOTHING_SEEN;
  readonly #engine: StreamEngine;

  constructor(engine: StreamEngine) {
    this.#engine = engine;
    this.tables = new Map(engine.tables.map(({ definition }) => [definition.name, new TableStore()]));
  }

  /** What a shard of these partitions starts from. */
  watermarks(partitions: readonly number[]): ReadonlyMap<number, Watermark> {
    const stored = [...this.#watermarks].filter(([partition]) => partitions.includes(partition));
    return new Map(stored.map(([partition, text]) => [partition, BigInt(text)]));
  }

  /** What these records may be duplicates of, as far as it has not been forgotten. */
  seen(records: readonly KafkaRecord[]): SeenEvents {
    const asked = [...this.#engine.keysOf(records)].map(([partition, keys]) => {
      const known = this.#seen.get(partition) ?? new Map<string, bigint>();
      return [partition, new Map([...known].filter(([key]) => keys.has(key)))] as const;
    });
    return new Map(asked);
  }

  /** Makes `tiles` all the tiles of a table that start in `[from, to)`, as a backfill does. */
  replace(table: StreamTable, from: bigint, to: bigint, tiles: readonly Tile[]): void {
    const store = this.tables.get(table.definition.name)!;
    for (const [id, { start }] of store.tiles) if (from <= start && start < to) store.tiles.delete(id);
    store.carries.clear();
    commitTable(table, store, tiles);
  }

  commit(batch: MicroBatch): void {
    this.#seen = overlay(this.#seen, batch.seen);
    this.#forget(batch);
    this.raw.push(...batch.raw);
    this.deadLetters.push(...batch.deadLetters);
    this.late.push(...batch.late);
    for (const table of this.#engine.tables) {
      commitTable(table, this.tables.get(table.definition.name)!, batch.tiles.get(table.definition.name)!);
    }
    for (const [partition, watermark] of batch.watermarks) this.#watermarks.set(partition, String(watermark));
  }

  /** Forgets what can have no more duplicates, as the database does. */
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

/** Tiles as the store keeps them, in order. */
export function storedTiles(table: StreamTable, tiles: readonly Tile[]): string[] {
  return tiles.map((tile) => JSON.stringify(tileJson(table, tile))).sort();
}

function commitTable(table: StreamTable, store: TableStore, incoming: readonly Tile[]): void {
  const carries = entitiesOf(incoming).flatMap((key) => readCarry(table, store, entityId(key)));
  const stored = tilesToRead(table, incoming, carries).flatMap((range) => readTiles(table, store, range));
  store.tilesRead.push(stored.length);
  const change = mergeIntoStored(table, stored, incoming, carries);
  for (const tile of [...change.tiles.created, ...change.tiles.changed]) {
    const entity = entityId(tile.key);
    const json = JSON.stringify(tileJson(table, tile));
    store.tiles.set(`${entity} ${tile.start} ${tile.admittedFrom}`, { entity, start: tile.start, json });
  }
  for (const carry of change.carries) {
    const json = JSON.stringify(encodeCarried(table, carry.partials));
    store.carries.set(entityId(carry.key), { ...carry, json });
  }
  for (const row of [...change.rows.created, ...change.rows.changed]) {
    store.rows.set(windowKey(entityId(row.key), row.end), columns(table, row));
  }
}

function readCarry(table: StreamTable, store: TableStore, entity: string): Carry[] {
  const stored = store.carries.get(entity);
  return stored ? [{ ...stored, partials: decodeCarried(table, JSON.parse(stored.json) as unknown[]) }] : [];
}

function readTiles(table: StreamTable, store: TableStore, { key, from, to }: EntityRange): Tile[] {
  return [...store.tiles.values()]
    .filter(({ entity, start }) => entity === entityId(key) && from <= start && start < to)
    .map(({ json }) => parseTile(table, JSON.parse(json) as TileJson));
}

interface TileJson {
  readonly key: readonly string[];
  readonly start: string;
  readonly admittedFrom: string;
  readonly partials: readonly unknown[];
}

function tileJson({ aggregations }: StreamTable, { key, start, admittedFrom, partials }: Tile): TileJson {
  const encoded = aggregations.map(({ aggregator }, index) => aggregator.encode(partials[index]));
  return { key, start: String(start), admittedFrom: String(admittedFrom), partials: encoded };
}

function parseTile({ aggregations }: StreamTable, { key, start, admittedFrom, partials }: TileJson): Tile {
  const decoded = aggregations.map(({ aggregator }, index) => aggregator.decode(partials[index]));
  return { key, start: BigInt(start), admittedFrom: BigInt(admittedFrom), partials: decoded };
}
