import type { DeadLetter } from '../log/dead-letter.ts';
import { type Decoded, type EventDecoder, eventDecoder } from '../log/decode-event.ts';
import {
  type Deduplication,
  DuplicateFinder,
  NOTHING_SEEN,
  type SeenEvents,
  deduplicationOf,
} from '../log/deduplication.ts';
import { NO_SCHEMAS, type WriterSchemas } from '../log/formats/writer-schemas.ts';
import type { KafkaRecord } from '../log/kafka-record.ts';
import { type KeyFields, limitKeys } from '../log/key-length.ts';
import type { RawEvent } from '../log/raw-event.ts';
import { schemaIdsIn } from '../log/read-content.ts';
import type { SkippedRecord } from '../log/skipped.ts';
import { type Watermark, advanceWatermark } from '../log/watermark.ts';
import type { EventSourceDefinition } from '../registry/definition.ts';
import { parseDuration } from '../time/duration.ts';
import { type Admission, admit } from '../windows/admission.ts';
import type { LateEvent } from '../windows/lateness.ts';
import { NO_FLOORS, type RetentionFloors, leastWatermark } from '../windows/retention-floors.ts';
import type { CompiledStreamTable } from '../windows/stream-table.ts';
import { TileSet } from '../windows/tile-set.ts';
import type { Tile } from '../windows/tile.ts';
import { isFull } from './micro-batch-limits.ts';

/** What some records become. Each record is in exactly one of `raw`, `deadLetters` and `skipped`. */
export interface MicroBatch {
  readonly raw: RawEvent[];
  readonly deadLetters: DeadLetter[];
  readonly skipped: SkippedRecord[];
  readonly late: LateEvent[];
  /** By table name: the tiles of these records alone. */
  readonly tiles: Map<string, readonly Tile[]>;
  /** By partition: the watermark after its last record, or the one at the start if it has no record. */
  readonly watermarks: Map<number, Watermark>;
  /** The originals that later events may repeat. */
  readonly seen: SeenEvents;
}

/**
 * The engine of one event source: a pure function from records to a micro-batch. It takes the watermarks at
 * the start and, if the source is deduplicated, the seen events that have the keys of the records.
 */
export interface StreamEngine {
  readonly source: EventSourceDefinition;
  readonly tables: readonly CompiledStreamTable[];
  readonly deduplication: Deduplication | undefined;
  readonly floors: RetentionFloors;
  /**
   * Fetches the schemas that the records name. It comes before everything that decodes them.
   *
   * @throws AsofError `ASOF_SCHEMA_REGISTRY_…` if the registry does not answer as one.
   */
  prepare(records: Iterable<KafkaRecord>): Promise<void>;
  /** By partition: the deduplication keys of the records. Empty if the source is not deduplicated. */
  keysOf(records: Iterable<KafkaRecord>): Map<number, Set<string>>;
  /** Folds records. Within each partition, the records must be in offset order. */
  fold(
    records: Iterable<KafkaRecord>,
    watermarks: ReadonlyMap<number, Watermark>,
    seen?: SeenEvents,
  ): MicroBatch;
  /** Starts a fold that takes its records in parts, so that the caller can do other work in between. */
  folding(watermarks: ReadonlyMap<number, Watermark>, seen?: SeenEvents): Folding;
}

/** A fold in progress. */
export interface Folding {
  /** Takes the next records, in offset order within each partition. */
  add(records: Iterable<KafkaRecord>): void;
  /** Whether the micro-batch should end with the records so far. */
  readonly isFull: boolean;
  result(): MicroBatch;
}

export function streamEngine(
  source: EventSourceDefinition,
  tables: readonly CompiledStreamTable[],
  floors: RetentionFloors = NO_FLOORS,
  schemas: WriterSchemas = NO_SCHEMAS,
): StreamEngine {
  const deduplication = deduplicationOf(source);
  const limited = limitKeys(eventDecoder(source, schemas), source, keysOfRows(source, tables));
  const decode = deduplication ? rememberingDecoder(limited) : limited;
  const folding = folder({ source, tables, floors, deduplication }, decode);
  return {
    source,
    tables,
    deduplication,
    floors,
    prepare: (records) => schemas.prepare(schemaIdsIn(source, records)),
    keysOf: (records) => keysOf(records, decode, deduplication),
    folding,
    fold(records, before, seen) {
      const fold = folding(before, seen);
      fold.add(records);
      return fold.result();
    },
  };
}

function keysOfRows(
  { name, entity }: EventSourceDefinition,
  tables: readonly CompiledStreamTable[],
): KeyFields[] {
  return [
    { of: name, names: [entity] },
    ...tables.map(({ definition }) => ({ of: definition.name, names: definition.primaryKeys })),
  ];
}

/** Decodes each record once, although `keysOf` and then the fold ask for it. */
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
    const admissions = tables.map((table): Admission => {
      return { source, table, tiles: new TileSet(table), least: least.get(table) };
    });
    const raw: RawEvent[] = [];
    const deadLetters: DeadLetter[] = [];
    const skipped: SkippedRecord[] = [];
    const late: LateEvent[] = [];
    return {
      add(records) {
        for (const record of records) {
          const decoded = decode(record);
          if ('rejection' in decoded) {
            deadLetters.push({ record, rejection: decoded.rejection });
            continue;
          }
          if ('skipped' in decoded) {
            skipped.push({ record, reason: decoded.skipped });
            continue;
          }
          const { event } = decoded;
          const watermark = watermarks.get(event.partition);
          const next = advanceWatermark(watermark, event.eventTs, event.kafkaTs, allowedLateness);
          watermarks.set(event.partition, next);
          const duplicate = duplicates.isDuplicate(event, next);
          raw.push({ event, watermark, duplicate });
          if (duplicate) continue;
          for (const admission of admissions) late.push(...admit(admission, { event, watermark }));
        }
      },
      get isFull() {
        return isFull(admissions);
      },
      result: () => ({
        raw,
        deadLetters,
        skipped,
        late,
        watermarks,
        seen: duplicates.originals,
        tiles: new Map(admissions.map(({ table, tiles }) => [table.definition.name, [...tiles]])),
      }),
    };
  };
}
