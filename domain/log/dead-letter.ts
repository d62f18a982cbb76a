import { type Rejection } from './event.ts';
import type { KafkaRecord } from './record.ts';

/** A Kafka record that is not an accepted event, with the reason. */
export interface DeadLetter {
  readonly record: KafkaRecord;
  readonly rejection: Rejection;
}
