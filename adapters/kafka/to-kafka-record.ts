import type { KafkaMessage } from 'kafkajs';
import type { KafkaRecord } from '../../domain/log/kafka-record.ts';
import { fromMillis } from '../../domain/time/instant.ts';

/** The range of the instants that Asof stores: 0001-01-01 to 9999-12-31, in ms since 1970. */
const [MIN_MILLIS, MAX_MILLIS] = [-62_135_596_800_000, 253_402_300_799_999];

/**
 * Converts a message of kafkajs. A producer can set any Kafka timestamp; one outside the range is moved to
 * its bound.
 */
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
