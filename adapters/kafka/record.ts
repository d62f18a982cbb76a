import type { KafkaMessage } from 'kafkajs';
import { fromMillis } from '../../domain/instant.ts';
import type { KafkaRecord } from '../../domain/record.ts';

export function toKafkaRecord(
  partition: number,
  { offset, timestamp, key, value }: KafkaMessage,
): KafkaRecord {
  return { partition, offset: BigInt(offset), kafkaTs: fromMillis(Number(timestamp)), key, value };
}
