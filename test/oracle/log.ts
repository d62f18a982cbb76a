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
}

/** An accepted event, with the names of the columns of the raw event table. */
export interface AcceptedEvent {
  readonly kafka_partition: number;
  readonly kafka_offset: bigint;
  /** Null if the source ignores Kafka timestamps. */
  readonly kafka_ts: bigint | null;
  readonly user_id: string;
  readonly event_type: string | null;
  readonly product_id: string | null;
  readonly revenue: number | null;
  readonly session_id: string | null;
  readonly platform: string | null;
  readonly event_ts: bigint;
}

/** The fields of a source's events, for the oracle. */
export type OracleFields = Readonly<
  Record<
    string,
    {
      readonly type: 'string' | 'double' | 'integer' | 'boolean' | 'timestamp';
      readonly required: boolean;
    }
  >
>;

/**
 * The settings of `user_activity_features` and its source. {@link EXAMPLE} holds the values of the example.
 */
export interface OracleOptions {
  /** The length of a window. */
  readonly length: bigint;
  /** The distance between the ends of two consecutive windows. Divides `length`. */
  readonly slide: bigint;
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
  /**
   * The deduplication key of an event (null: never a duplicate), and how far apart duplicates may be on the
   * clock.
   */
  readonly deduplicate?: { readonly keyOf: (event: AcceptedEvent) => string | null; readonly within: bigint };
  /** Whether the database refuses to store an event, so that its record is a dead letter. Omitted: none. */
  readonly refuses?: (event: AcceptedEvent) => boolean;
  /** Whether late events of this event time were merged into the windows that they missed. Omitted: none. */
  readonly merged?: (event_ts: bigint) => boolean;
  /**
   * Whether a record was a dead letter when it was read and was replayed later. Such an event moves no
   * watermark.
   */
  readonly wasReplayed?: (record: LogRecord) => boolean;
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
