import type { OracleEnvelope } from './envelope.ts';

/**
 * The input of the oracle. Times are whole microseconds since 1970-01-01T00:00:00Z, and so are lengths of
 * time, both as bigint.
 */

/** A Kafka record. `value` is null for a tombstone. */
export interface LogRecord {
  readonly partition: number;
  readonly offset: bigint;
  /** Null if the record has no Kafka timestamp. */
  readonly kafkaTs: bigint | null;
  readonly value: Uint8Array | null;
  readonly key?: Uint8Array | null;
  readonly headers?: ReadonlyMap<string, Uint8Array | null> | undefined;
}

/** A place in the log: a record, or (with an index) one element of the list that a record holds. */
export interface OraclePlace extends LogRecord {
  readonly index?: number;
}

/** An accepted event, with the names of the columns of the raw event table. */
export interface AcceptedEvent {
  readonly kafka_partition: number;
  readonly kafka_offset: bigint;
  /** The index of the event in the list of its record; 0 if the record is the event. */
  readonly kafka_index: number;
  /** Null if the source ignores Kafka timestamps. */
  readonly kafka_ts: bigint | null;
  readonly user_id: string;
  readonly event_type: string | null;
  readonly product_id: string | null;
  readonly revenue: number | null;
  readonly session_id: string | null;
  readonly platform: string | null;
  readonly event_ts: bigint;
  /** The optional fields that are null because their value does not fit. */
  readonly invalid_fields: readonly string[];
}

type OracleScalar = 'string' | 'double' | 'integer' | 'boolean' | 'timestamp' | 'decimal' | 'date';

/** How a source reads a field. */
export interface OracleField {
  readonly type: OracleScalar | 'string[]' | 'double[]' | 'integer[]' | 'boolean[]';
  readonly required: boolean;
  /** Names of members and indexes of lists, or what stands beside the JSON. Omitted: the field's own name. */
  readonly from?:
    | readonly (string | number)[]
    | { readonly envelope: readonly (string | number)[] }
    | { readonly record: 'key' | 'timestamp' }
    | { readonly header: string }
    | undefined;
  /** Of a timestamp: what its number counts since 1970. Omitted: it is an ISO 8601 text. */
  readonly unit?: 'seconds' | 'milliseconds' | 'microseconds' | 'nanoseconds' | undefined;
  readonly zone?: string | undefined;
  readonly coerce?: boolean | undefined;
  /** Of a decimal: its texts are bytes in base64, with so many digits behind the point. */
  readonly scale?: number | undefined;
  /** Of a `double[]`: the number of elements. Omitted: any up to 1,000. */
  readonly length?: number | undefined;
}

/** The fields of a source's events, for the oracle. */
export type OracleFields = Readonly<Record<string, OracleField>>;

/**
 * The settings of `user_activity_features` and its source. {@link EXAMPLE} holds the values of the example.
 */
export interface OracleOptions {
  /** The length of a window. */
  readonly length: bigint;
  /** The distance between the ends of two consecutive windows. Divides `length`. */
  readonly slide: bigint;
  /** How far after the multiples of the slide windows end. Omitted: 0. */
  readonly offset?: bigint;
  /** The distance between two consecutive starts of windows. Divides `length`. Omitted: they move with the ends. */
  readonly tail?: bigint;
  /** How far the watermark stays behind the newest event. */
  readonly lateness: bigint;
  /** An event that is further ahead of its Kafka timestamp is a dead letter. */
  readonly maxAhead: bigint;
  /** An event that is further behind its Kafka timestamp is a dead letter. Null: no limit. */
  readonly maxBehind: bigint | null;
  /** Whether event time alone counts. Otherwise a record without a Kafka timestamp of 2000 or later is a dead letter. */
  readonly ignoresKafkaTimestamps?: boolean;
  /**
   * The fields that were in force when a record was read. Omitted: the fields of the example, which all have.
   */
  readonly fieldsAt?: (record: LogRecord) => OracleFields;
  /** The envelope that each event stands in. Omitted: none. */
  readonly unwrap?: OracleEnvelope | undefined;
  /**
   * The deduplication key of an event (null: never a duplicate), and how far apart on the clock an event and
   * the original that it repeats may be. The original was taken before the event.
   */
  readonly deduplicate?: { readonly keyOf: (event: AcceptedEvent) => string | null; readonly within: bigint };
  /** Which records are for the source, by their fields; the others are skipped. Omitted: all are. */
  readonly isFor?: {
    readonly fields: readonly string[];
    readonly holds: (valueOf: (field: string) => unknown) => boolean;
  };
  /**
   * The way to the list of events that each record holds, unless the record is the list. Omitted: each record is
   * an event.
   */
  readonly listAt?: readonly string[];
  /** Whether records without a value are skipped. Otherwise they are dead letters. */
  readonly skipsTombstones?: boolean;
  /** Whether an optional field that does not fit makes a dead letter. Otherwise it is null. */
  readonly rejectsUnfit?: boolean;
  /** Whether the database refuses to store an event, so that its record is a dead letter. Omitted: none. */
  readonly refuses?: (event: AcceptedEvent) => boolean;
  /** Whether late events of this event time were merged into the windows that they missed. Omitted: none. */
  readonly merged?: (event_ts: bigint) => boolean;
  /**
   * Whether a record was a dead letter when it was read and was replayed later. Such an event moves no
   * watermark.
   */
  readonly wasReplayed?: (place: OraclePlace) => boolean;
  /**
   * When a record was taken for an event, by the stream or by a replay: smaller is sooner. Records with the
   * same number were taken in the order of the log. Omitted: all were.
   */
  readonly takenAt?: (place: OraclePlace) => number;
}

export const MINUTE = 60_000_000n;

/** 1 hour every 15 minutes, 10 minutes of lateness, at most 1 hour ahead and 7305 days behind. */
export const EXAMPLE: OracleOptions = {
  length: 60n * MINUTE,
  slide: 15n * MINUTE,
  lateness: 10n * MINUTE,
  maxAhead: 60n * MINUTE,
  maxBehind: 7305n * 24n * 60n * MINUTE,
};
