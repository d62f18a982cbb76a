import type { Instant } from '../time/instant.ts';
import type { Rejection } from './rejection.ts';

/** A Kafka record as the topic holds it. `value` is null for a tombstone. */
export interface KafkaRecord {
  readonly partition: number;
  readonly offset: bigint;
  /** Null if the record has none: Kafka then keeps −1, or nothing in its oldest message format. */
  readonly kafkaTs: Instant | null;
  readonly key: Uint8Array | null;
  readonly value: Uint8Array | null;
  /** By name: the last header of that name. Undefined: the record has none. */
  readonly headers?: ReadonlyMap<string, Uint8Array | null> | undefined;
  /**
   * The record is one element of the list that a Kafka record holds: its index in the list. `value` is then the
   * JSON of the element alone. Undefined: it is a whole record.
   */
  readonly index?: number | undefined;
  /**
   * Of an element: the JSON of its Kafka record with an empty list in the place of the list. Undefined if the
   * source reads nothing of it.
   */
  readonly envelope?: Uint8Array | undefined;
  /** Why key and value could not be read. */
  readonly unreadable?: Rejection | undefined;
}
