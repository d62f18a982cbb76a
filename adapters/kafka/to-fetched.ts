import type { Batch } from 'kafkajs';
import type { KafkaRecord } from '../../domain/log/kafka-record.ts';
import { type Instant, fromMillis } from '../../domain/time/instant.ts';
import { type DecodedMessage, decoded } from './batches/message.ts';
import type { Fetched } from './reading.ts';

/** The range of the instants that Asof stores: 0001-01-01 to 9999-12-31, in ms since 1970. */
const [MIN_MILLIS, MAX_MILLIS] = [-62_135_596_800_000, 253_402_300_799_999];
/** What Kafka keeps for a record without a timestamp. */
const NO_TIMESTAMP = -1;
/** The most unreadable records of one fetch. One batch can stand for two thousand million offsets. */
const MAX_UNREADABLE = 10_000;

/** Converts what kafkajs fetched of a partition. The fetch is cut short after many unreadable records. */
export function toFetched(batch: Batch): Fetched {
  const { partition } = batch;
  const from = fetchedOffset(batch);
  const records: KafkaRecord[] = [];
  for (const message of batch.messages.map(decoded)) {
    if (message.isEnd) continue;
    if (!message.unreadable) {
      records.push(toKafkaRecord(partition, message));
      continue;
    }
    const { unreadable } = message;
    // A damaged header may name offsets that the topic does not have yet.
    const end = least(BigInt(message.offset) + 1n, BigInt(batch.highWatermark));
    const first = unreadable.from > from ? unreadable.from : from;
    const cut = least(end, first + BigInt(MAX_UNREADABLE));
    for (let offset = first; offset < cut; offset += 1n) {
      const record = toKafkaRecord(partition, message);
      records.push({ ...record, offset, unreadable: unreadable.rejection });
    }
    if (cut <= BigInt(message.offset)) return { partition, from, next: cut, records };
  }
  return { partition, from, next: consumerNext(batch), records };
}

/** The offset at which the consumer fetches next by itself. */
export function consumerNext(batch: Batch): bigint {
  return BigInt(batch.lastOffset()) + 1n;
}

function toKafkaRecord(
  partition: number,
  { offset, timestamp, key, value, headers }: DecodedMessage,
): KafkaRecord {
  const record = { partition, offset: BigInt(offset), kafkaTs: toKafkaTs(timestamp), key, value };
  return headers ? { ...record, headers } : record;
}

/** A producer can set any Kafka timestamp; one outside the range is moved to its bound. */
function toKafkaTs(timestamp: string | undefined): Instant | null {
  const millis = Number(timestamp ?? NO_TIMESTAMP);
  if (millis === NO_TIMESTAMP) return null;
  return fromMillis(Math.min(Math.max(millis, MIN_MILLIS), MAX_MILLIS));
}

/** The offset that a batch was fetched from. kafkajs provides it, but its types lack it. */
function fetchedOffset(batch: Batch): bigint {
  return BigInt((batch as Batch & { fetchedOffset: string }).fetchedOffset);
}

function least(...offsets: bigint[]): bigint {
  return offsets.reduce((a, b) => (a < b ? a : b));
}
