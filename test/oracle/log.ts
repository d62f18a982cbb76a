/**
 * What goes into the oracle. Times are whole microseconds since 1970-01-01T00:00:00Z, as bigint; so are lengths of time.
 */

/** A Kafka record. `value` is null for a tombstone. */
export interface LogRecord {
  readonly partition: number;
  readonly offset: bigint;
  readonly kafkaTs: bigint;
  readonly value: Uint8Array | null;
}

/** An accepted event, under the names that the raw event table has. */
export interface AcceptedEvent {
  readonly kafka_partition: number;
  readonly kafka_offset: bigint;
  readonly kafka_ts: bigint;
  readonly user_id: string;
  readonly event_type: string | null;
  readonly product_id: string | null;
  readonly revenue: number | null;
  readonly session_id: string | null;
  readonly platform: string | null;
  readonly event_ts: bigint;
}

/** The fields of a source's events, as the oracle knows them. */
export type OracleFields = Readonly<
  Record<
    string,
    {
      readonly type: 'string' | 'double' | 'integer' | 'boolean' | 'timestamp';
      readonly required: boolean;
    }
  >
>;

/** How `user_activity_features` and its source are set; the example's values are {@link EXAMPLE}. */
export interface OracleOptions {
  /** How long a window is. */
  readonly length: bigint;
  /** How far the next window's end is from this one's; divides `length`. */
  readonly slide: bigint;
  /** How far the watermark stays behind the newest event. */
  readonly lateness: bigint;
  /** An event further ahead of its Kafka timestamp than this is a dead letter. */
  readonly maxAhead: bigint;
  /** The fields that were in force when a record was read; the example's unless said. All have the example's. */
  readonly fieldsAt?: (record: LogRecord) => OracleFields;
  /** The key by which an event may be a duplicate (null: never), and how far apart on the clock it may be one. */
  readonly deduplicate?: { readonly keyOf: (event: AcceptedEvent) => string | null; readonly within: bigint };
  /** Which events, by their time, were merged into the windows that they came too late for. None unless said. */
  readonly merged?: (event_ts: bigint) => boolean;
  /** Records that were dead letters when they were read, and were replayed later: events that move no watermark. */
  readonly wasReplayed?: (record: LogRecord) => boolean;
}

export const MINUTE = 60_000_000n;

/** 1 hour every 15 minutes, 10 minutes of lateness, at most 1 hour ahead. */
export const EXAMPLE: OracleOptions = {
  length: 60n * MINUTE,
  slide: 15n * MINUTE,
  lateness: 10n * MINUTE,
  maxAhead: 60n * MINUTE,
};
