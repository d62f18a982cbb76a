import { type Rejection } from './event.ts';
import type { KafkaRecord } from './record.ts';

export interface DeadLetter {
  readonly record: KafkaRecord;
  readonly rejection: Rejection;
}
