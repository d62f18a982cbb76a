import type { KafkaMessage } from 'kafkajs';
import type { KafkaRecord } from '../../domain/log/record.ts';
import { fromMillis } from '../../domain/time/instant.ts';

/** What dates and databases can hold: 0001-01-01 to 9999-12-31, in ms. */
const [MIN_MILLIS, MAX_MILLIS] = [-62_135_596_800_000, 253_402_300_799_999];

/** A producer may stamp records with anything; a stamp beyond the years 1 to 9999 counts as the nearest moment within. */
export function toKafkaRecord(
  partition: number,
  { offset, timestamp, key, value }: KafkaMessage,
): KafkaRecord {
  return {
    partition,
    offset: BigInt(offset),
    kafkaTs: fromMillis(Math.min(Math.max(Number(timestamp), MIN_MILLIS), MAX_MILLIS)),
    key,
    value,
  };
}
