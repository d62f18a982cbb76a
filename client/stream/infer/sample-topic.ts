import { setTimeout as delay } from 'node:timers/promises';
import { Answers } from '../../../adapters/kafka/answers.ts';
import type { KafkaClient } from '../../../adapters/kafka/client.ts';
import { TopicReader } from '../../../adapters/kafka/topic-reader.ts';
import { type PartitionOffsets, partitionOffsets } from '../../../adapters/kafka/topics.ts';
import { AsofError } from '../../../domain/errors/asof-error.ts';
import type { KafkaRecord } from '../../../domain/log/kafka-record.ts';

/** A sample is at most as large. */
const MOST_BYTES = 64 * 1024 * 1024;

/** The last records of each partition of a topic. */
export interface TopicSample {
  /** In the order of partition and offset. */
  readonly records: readonly KafkaRecord[];
  /** The offsets of the topic, of which compaction and transactions may leave some without a record. */
  readonly offsets: bigint;
}

/**
 * Reads at most `most` records, the last ones of all partitions. Commits no offset and moves no cursor.
 *
 * @throws AsofError `ASOF_TOPIC_MISSING`, `ASOF_KAFKA_UNAVAILABLE` (unavailable), `ASOF_KAFKA_REFUSED`,
 * `ASOF_KAFKA_READ_FAILED` (unavailable).
 */
export async function sampleTopic(kafka: KafkaClient, topic: string, most: number): Promise<TopicSample> {
  const partitions = await partitionOffsets(kafka, topic);
  const ranges = lastOffsets(partitions, most);
  const offsets = partitions.reduce((sum, { low, high }) => sum + high - low, 0n);
  if (ranges.length === 0) return { records: [], offsets };
  const reader = await openReader(kafka, topic);
  try {
    const { records } = await reader.read(ranges, { maxRecords: most, maxBytes: MOST_BYTES });
    return { records: [...records].sort(byPlace), offsets };
  } finally {
    await reader.close();
  }
}

/** A broker that has just started knows its consumer groups after some seconds. */
const TRIES = 30;
const PAUSE_MS = 500;

async function openReader(kafka: KafkaClient, topic: string): Promise<TopicReader> {
  for (let tries = 1; ; tries += 1) {
    try {
      return await TopicReader.open(kafka, topic, new Answers(() => () => {}));
    } catch (error) {
      const mayPass = error instanceof AsofError && error.code === 'ASOF_KAFKA_READ_FAILED';
      if (!mayPass || tries === TRIES) throw error;
      await delay(PAUSE_MS);
    }
  }
}

/** The last offsets of each partition, about as many of each, as far as it has them. */
function lastOffsets(
  partitions: readonly PartitionOffsets[],
  most: number,
): { partition: number; from: bigint; to: bigint }[] {
  const bySize = [...partitions]
    .filter(({ low, high }) => high > low)
    .sort((a, b) => Number(a.high - a.low - (b.high - b.low)));
  let left = most;
  return bySize.flatMap(({ partition, low, high }, index) => {
    const share = BigInt(Math.ceil(left / (bySize.length - index)));
    const count = high - low < share ? high - low : share;
    left -= Number(count);
    return count > 0n ? [{ partition, from: high - count, to: high }] : [];
  });
}

function byPlace(a: KafkaRecord, b: KafkaRecord): number {
  return a.partition - b.partition || Number(a.offset - b.offset);
}
