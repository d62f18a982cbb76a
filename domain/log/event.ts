import { type Instant } from '../time/instant.ts';

export type FieldValue = string | number | boolean | Instant | null;

/** An accepted event. Its values are in the order of the source's fields. */
export interface Event {
  readonly partition: number;
  readonly offset: bigint;
  /** Null if the source ignores Kafka timestamps. */
  readonly kafkaTs: Instant | null;
  readonly eventTs: Instant;
  readonly values: readonly FieldValue[];
}
