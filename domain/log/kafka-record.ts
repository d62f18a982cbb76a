import type { Instant } from '../time/instant.ts';

/** A Kafka record as the topic holds it. `value` is null for a tombstone. */
export interface KafkaRecord {
  readonly partition: number;
  readonly offset: bigint;
  readonly kafkaTs: Instant;
  readonly key: Uint8Array | null;
  readonly value: Uint8Array | null;
}
