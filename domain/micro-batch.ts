import type { EventSourceDefinition } from './definition.ts';
import { parseDuration } from './duration.ts';
import { eventDecoder, type Event, type EventDecoder, type Rejection } from './event.ts';
import type { Instant } from './instant.ts';
import type { KafkaRecord } from './record.ts';
import type { EntityKey, StreamTable } from './stream-table.ts';
import type { Tile } from './tile.ts';
import { addToTiles, TileSet } from './tile-set.ts';
import { advanceWatermark, type Watermark } from './watermark.ts';
import { admittedFrom, firstWindowEnd, lastWindowEnd, windowEnds } from './window.ts';

/** An event in the raw table, with the watermark that it met. */
export interface RawEvent {
  readonly event: Event;
  readonly watermark: Watermark;
}

export interface DeadLetter {
  readonly record: KafkaRecord;
  readonly rejection: Rejection;
}

/** An event that came too late for some windows of a table, and the ends of the windows it missed. */
export interface LateEvent {
  readonly table: string;
  readonly key: EntityKey;
  readonly event: Event;
  readonly watermark: Instant;
  readonly missedEnds: readonly Instant[];
}

/** Everything that some records become: each record is in exactly one of `raw` and `deadLetters`. */
export interface MicroBatch {
  readonly raw: RawEvent[];
  readonly deadLetters: DeadLetter[];
  readonly late: LateEvent[];
  /** By table name: the tiles that the records alone make. */
  readonly tiles: Map<string, readonly Tile[]>;
  /** By partition: the watermark after its last record; as it was where a partition has no record. */
  readonly watermarks: Map<number, Watermark>;
}

/** The pure engine of one event source: what a micro-batch becomes, given the watermarks where it starts. */
export interface StreamEngine {
  readonly source: EventSourceDefinition;
  readonly tables: readonly StreamTable[];
  /** `records` stand in offset order within each partition. */
  fold(records: Iterable<KafkaRecord>, watermarks: ReadonlyMap<number, Watermark>): MicroBatch;
  /** The same, bit by bit, for a caller with other things to do in between. */
  folding(watermarks: ReadonlyMap<number, Watermark>): Folding;
}

/** A fold under way. */
export interface Folding {
  /** Takes the next records, in offset order within each partition. */
  add(records: Iterable<KafkaRecord>): void;
  result(): MicroBatch;
}

export function streamEngine(source: EventSourceDefinition, tables: readonly StreamTable[]): StreamEngine {
  const folding = folder(source, tables);
  return {
    source,
    tables,
    folding,
    fold(records, before) {
      const fold = folding(before);
      fold.add(records);
      return fold.result();
    },
  };
}

function folder(source: EventSourceDefinition, tables: readonly StreamTable[]): StreamEngine['folding'] {
  const decode: EventDecoder = eventDecoder(source);
  const allowedLateness = parseDuration(source.allowedLateness)!;

  return (before) => {
    const watermarks = new Map(before);
    const tiles = new Map<string, TileSet>(tables.map(({ definition }) => [definition.name, new TileSet()]));
    const raw: RawEvent[] = [];
    const deadLetters: DeadLetter[] = [];
    const late: LateEvent[] = [];
    return {
      add(records) {
        for (const record of records) {
          const decoded = decode(record);
          if ('rejection' in decoded) {
            deadLetters.push({ record, rejection: decoded.rejection });
            continue;
          }
          const { event } = decoded;
          const watermark = watermarks.get(event.partition);
          raw.push({ event, watermark });
          for (const table of tables) {
            addToTiles(table, tiles.get(table.definition.name)!, event, watermark);
            late.push(...lateFor(table, event, watermark));
          }
          watermarks.set(
            event.partition,
            advanceWatermark(watermark, event.eventTs, event.kafkaTs, allowedLateness),
          );
        }
      },
      result: () => ({
        raw,
        deadLetters,
        late,
        watermarks,
        tiles: new Map([...tiles].map(([name, set]) => [name, [...set]])),
      }),
    };
  };
}

function lateFor(table: StreamTable, event: Event, watermark: Watermark): LateEvent[] {
  const { window, definition } = table;
  if (watermark === undefined || firstWindowEnd(window, event.eventTs) > watermark) return [];
  const lastMissed = admittedFrom(window, event.eventTs, watermark) - window.slide;
  const last = lastWindowEnd(window, event.eventTs);
  const missedEnds = windowEnds(
    window,
    firstWindowEnd(window, event.eventTs),
    lastMissed < last ? lastMissed : last,
  );
  return [{ table: definition.name, key: table.keyOf(event), event, watermark, missedEnds }];
}
