import type { DeadLetter } from '../log/dead-letter.ts';
import {
  type Deduplication,
  DuplicateFinder,
  NOTHING_SEEN,
  type SeenEvents,
  deduplicationOf,
} from '../log/deduplication.ts';
import { type Decoded, type EventDecoder, eventDecoder } from '../log/event.ts';
import type { RawEvent } from '../log/raw-event.ts';
import type { KafkaRecord } from '../log/record.ts';
import { type Watermark, advanceWatermark } from '../log/watermark.ts';
import type { EventSourceDefinition } from '../registry/definition.ts';
import { parseDuration } from '../time/duration.ts';
import { admit } from '../windows/admission.ts';
import { NO_FLOORS, type RetentionFloors, leastWatermark } from '../windows/floors.ts';
import type { LateEvent } from '../windows/lateness.ts';
import type { StreamTable } from '../windows/stream-table.ts';
import { TileSet } from '../windows/tile-set.ts';
import type { Tile } from '../windows/tile.ts';

export type { LateEvent, RawEvent };

/** Everything that some records become: each record is in exactly one of `raw` and `deadLetters`. */
export interface MicroBatch {
  readonly raw: RawEvent[];
  readonly deadLetters: DeadLetter[];
  readonly late: LateEvent[];
  /** By table name: the tiles that the records alone make. */
  readonly tiles: Map<string, readonly Tile[]>;
  /** By partition: the watermark after its last record; as it was where a partition has no record. */
  readonly watermarks: Map<number, Watermark>;
  /** What later events may be duplicates of. */
  readonly seen: SeenEvents;
}

/**
 * The pure engine of one event source: what a micro-batch becomes, given the watermarks where it starts, and, where the
 * source is deduplicated, the events seen before it with the keys of its records.
 */
export interface StreamEngine {
  readonly source: EventSourceDefinition;
  readonly tables: readonly StreamTable[];
  readonly deduplication: Deduplication | undefined;
  readonly floors: RetentionFloors;
  /** The keys by which some records may be duplicates; none where the source is not deduplicated. */
  keysOf(records: Iterable<KafkaRecord>): Map<number, Set<string>>;
  /** `records` stand in offset order within each partition. */
  fold(
    records: Iterable<KafkaRecord>,
    watermarks: ReadonlyMap<number, Watermark>,
    seen?: SeenEvents,
  ): MicroBatch;
  /** The same, bit by bit, for a caller with other things to do in between. */
  folding(watermarks: ReadonlyMap<number, Watermark>, seen?: SeenEvents): Folding;
}

/** A fold under way. */
export interface Folding {
  /** Takes the next records, in offset order within each partition. */
  add(records: Iterable<KafkaRecord>): void;
  result(): MicroBatch;
}

export function streamEngine(
  source: EventSourceDefinition,
  tables: readonly StreamTable[],
  floors: RetentionFloors = NO_FLOORS,
): StreamEngine {
  const deduplication = deduplicationOf(source);
  const decode = deduplication ? rememberingDecoder(eventDecoder(source)) : eventDecoder(source);
  const folding = folder({ source, tables, floors, deduplication }, decode);
  return {
    source,
    tables,
    deduplication,
    floors,
    keysOf: (records) => keysOf(records, decode, deduplication),
    folding,
    fold(records, before, seen) {
      const fold = folding(before, seen);
      fold.add(records);
      return fold.result();
    },
  };
}

/** Decodes a record once, though its key is asked for before it is folded. */
function rememberingDecoder(decode: EventDecoder): EventDecoder {
  const decoded = new WeakMap<KafkaRecord, Decoded>();
  return (record) => {
    const known = decoded.get(record);
    if (known) return known;
    const fresh = decode(record);
    decoded.set(record, fresh);
    return fresh;
  };
}

function keysOf(
  records: Iterable<KafkaRecord>,
  decode: EventDecoder,
  deduplication: Deduplication | undefined,
): Map<number, Set<string>> {
  const keys = new Map<number, Set<string>>();
  if (!deduplication) return keys;
  for (const record of records) {
    const decoded = decode(record);
    const key = 'event' in decoded ? deduplication.keyOf(decoded.event) : undefined;
    if (key === undefined) continue;
    const known = keys.get(record.partition) ?? new Set<string>();
    keys.set(record.partition, known.add(key));
  }
  return keys;
}

function folder(
  {
    source,
    tables,
    floors,
    deduplication,
  }: Pick<StreamEngine, 'source' | 'tables' | 'floors' | 'deduplication'>,
  decode: EventDecoder,
): StreamEngine['folding'] {
  const allowedLateness = parseDuration(source.allowedLateness)!;
  const least = new Map(tables.map((table) => [table, leastWatermark(table, floors)]));

  return (before, seen = NOTHING_SEEN) => {
    const watermarks = new Map(before);
    const duplicates = new DuplicateFinder(deduplication, seen);
    const tiles = new Map(tables.map((table) => [table.definition.name, new TileSet(table)]));
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
          const next = advanceWatermark(watermark, event.eventTs, event.kafkaTs, allowedLateness);
          watermarks.set(event.partition, next);
          const duplicate = duplicates.isDuplicate(event, next);
          raw.push({ event, watermark, duplicate });
          if (duplicate) continue;
          for (const table of tables) {
            const ofTable = tiles.get(table.definition.name)!;
            late.push(...admit(source, table, ofTable, { event, watermark }, least.get(table)));
          }
        }
      },
      result: () => ({
        raw,
        deadLetters,
        late,
        watermarks,
        seen: duplicates.kept,
        tiles: new Map([...tiles].map(([name, set]) => [name, [...set]])),
      }),
    };
  };
}
