import type { KafkaRecord } from './kafka-record.ts';
import type { Rejection } from './rejection.ts';

/** A Kafka record that is not an accepted event, with the reason. */
export interface DeadLetter {
  readonly record: KafkaRecord;
  readonly rejection: Rejection;
}
