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
import { type Place, type PlaceDecoder, placeDecoder } from '../log/places.ts';
import type { RawEvent } from '../log/raw-event.ts';
import { schemaIdsIn } from '../log/read-content.ts';
import type { Rejection } from '../log/rejection.ts';
import type { SkippedRecord } from '../log/skipped.ts';
import { type Watermark, advanceWatermark } from '../log/watermark.ts';
import type { EventSourceDefinition } from '../registry/definition.ts';
import { type Duration, parseDuration } from '../time/duration.ts';
import { later } from '../time/instant.ts';
import { type Admission, admit } from '../windows/admission.ts';
import type { LateEvent } from '../windows/lateness.ts';
import { NO_FLOORS, type RetentionFloors, leastWatermark } from '../windows/retention-floors.ts';
import type { CompiledStreamTable } from '../windows/stream-table.ts';
import { TileSet } from '../windows/tile-set.ts';
import type { Tile } from '../windows/tile.ts';
import { MOST_PLACES, isFull, mostElements } from './micro-batch-limits.ts';

/** What some records become. Each of their places is in exactly one of `raw`, `deadLetters` and `skipped`. */
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
  /** The places of a record, in their order, and what each is. */
  placesOf(record: KafkaRecord): readonly Place[];
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
  /**
   * Takes the next records, in offset order within each partition.
   *
   * @param refused why places of theirs are dead letters that would be events, by their index. Omitted: none is.
   */
  add(records: Iterable<KafkaRecord>, refused?: ReadonlyMap<number, Rejection>): void;
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
  const divide = placeDecoder(source, limited, mostElements(tables));
  const decoders: Decoders = deduplication
    ? { decode: remembering(limited), divide: divide && remembering(divide) }
    : { decode: limited, divide };
  const placesOf: PlaceDecoder =
    decoders.divide ?? ((record) => [{ record, decoded: decoders.decode(record) }]);
  const folding = folder({ source, tables, floors, deduplication }, decoders);
  return {
    source,
    tables,
    deduplication,
    floors,
    prepare: (records) => schemas.prepare(schemaIdsIn(source, records)),
    placesOf,
    keysOf: (records) => keysOf(records, placesOf, deduplication),
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

/** How to decode records. */
interface Decoders {
  readonly decode: EventDecoder;
  /** Undefined: each record is one place. */
  readonly divide: PlaceDecoder | undefined;
}

/** Decodes each record once, although `keysOf` and then the fold ask for it. */
function remembering<Result extends object>(
  decode: (record: KafkaRecord) => Result,
): (record: KafkaRecord) => Result {
  const decoded = new WeakMap<KafkaRecord, Result>();
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
  placesOf: PlaceDecoder,
  deduplication: Deduplication | undefined,
): Map<number, Set<string>> {
  const keys = new Map<number, Set<string>>();
  if (!deduplication) return keys;
  for (const record of records) {
    for (const { decoded } of placesOf(record)) {
      const key = 'event' in decoded ? deduplication.keyOf(decoded.event) : undefined;
      if (key === undefined) continue;
      const known = keys.get(record.partition) ?? new Set<string>();
      keys.set(record.partition, known.add(key));
    }
  }
  return keys;
}

type FoldedBy = Pick<StreamEngine, 'source' | 'tables' | 'floors' | 'deduplication'>;

function folder(by: FoldedBy, decoders: Decoders): StreamEngine['folding'] {
  const { source, tables, floors } = by;
  const allowedLateness = parseDuration(source.allowedLateness)!;
  const least = new Map(tables.map((table) => [table, leastWatermark(table, floors)]));

  return (before, seen = NOTHING_SEEN) => {
    const admissions = tables.map((table): Admission => {
      return { source, table, tiles: new TileSet(table), least: least.get(table) };
    });
    const duplicates = new DuplicateFinder(by.deduplication, seen);
    return new Fold({ decoders, allowedLateness, admissions, duplicates }, before);
  };
}

/** What a fold works with. */
interface FoldTools {
  readonly decoders: Decoders;
  readonly allowedLateness: Duration;
  readonly admissions: readonly Admission[];
  readonly duplicates: DuplicateFinder;
}

class Fold implements Folding {
  readonly #tools: FoldTools;
  readonly #watermarks: Map<number, Watermark>;
  readonly #raw: RawEvent[] = [];
  readonly #deadLetters: DeadLetter[] = [];
  readonly #skipped: SkippedRecord[] = [];
  readonly #late: LateEvent[] = [];

  constructor(tools: FoldTools, before: ReadonlyMap<number, Watermark>) {
    this.#tools = tools;
    this.#watermarks = new Map(before);
  }

  add(records: Iterable<KafkaRecord>, refused?: ReadonlyMap<number, Rejection>): void {
    const { decode, divide } = this.#tools.decoders;
    for (const record of records) {
      const { partition } = record;
      const before = this.#watermarks.get(partition);
      const after = divide
        ? this.#takeAll(divide(record), before, refused)
        : this.#take(record, decode(record), before);
      if (after !== before) this.#watermarks.set(partition, after);
    }
  }

  get isFull(): boolean {
    const { admissions, decoders } = this.#tools;
    const places = this.#raw.length + this.#deadLetters.length + this.#skipped.length;
    return isFull(admissions) || (decoders.divide !== undefined && places >= MOST_PLACES);
  }

  result(): MicroBatch {
    const { admissions, duplicates } = this.#tools;
    return {
      raw: this.#raw,
      deadLetters: this.#deadLetters,
      skipped: this.#skipped,
      late: this.#late,
      watermarks: this.#watermarks,
      seen: duplicates.originals,
      tiles: new Map(admissions.map(({ table, tiles }) => [table.definition.name, [...tiles]])),
    };
  }

  /** All events of a record meet the watermark before it. Returns the one after it. */
  #takeAll(
    places: readonly Place[],
    watermark: Watermark,
    refused: ReadonlyMap<number, Rejection> | undefined,
  ): Watermark {
    let after = watermark;
    for (const { record, decoded } of places) {
      const rejection = 'event' in decoded ? refused?.get(record.index ?? 0) : undefined;
      const next = this.#take(record, rejection ? { rejection } : decoded, watermark);
      if (next !== undefined) after = after === undefined ? next : later(after, next);
    }
    return after;
  }

  /** Takes what a place is. Returns the watermark after it, which is the same if it is no event. */
  #take(record: KafkaRecord, decoded: Decoded, watermark: Watermark): Watermark {
    if ('rejection' in decoded) {
      this.#deadLetters.push({ record, rejection: decoded.rejection });
      return watermark;
    }
    if ('skipped' in decoded) {
      this.#skipped.push({ record, reason: decoded.skipped });
      return watermark;
    }
    const { event } = decoded;
    const { allowedLateness, duplicates, admissions } = this.#tools;
    const next = advanceWatermark(watermark, event.eventTs, event.kafkaTs, allowedLateness);
    const duplicate = duplicates.isDuplicate(event, next);
    this.#raw.push({ event, watermark, duplicate });
    if (duplicate) return next;
    for (const admission of admissions) this.#late.push(...admit(admission, { event, watermark }));
    return next;
  }
}
