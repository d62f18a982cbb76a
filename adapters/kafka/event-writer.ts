import { type Kafka, Partitioners } from 'kafkajs';
import { BatchSender, type KeyedLine } from './batch-sender.ts';
import { partitionChoice } from './partition-choice.ts';
import { partitionOffsets } from './topics.ts';

export type { KeyedLine };

export interface WriteOptions {
  /** Called after each batch with the number of records that Kafka has acknowledged so far. */
  readonly onProgress?: ((sent: number) => void) | undefined;
  /** An abort stops the writing between two batches. */
  readonly signal?: AbortSignal | undefined;
}

/**
 * Sends lines to a topic in order. All replicas acknowledge a batch before the next one is sent. Memory holds
 * one batch, so the source is read no faster than Kafka accepts it. The producer is idempotent: a batch that
 * is sent again after a lost acknowledgement is in the topic once.
 *
 * @returns the number of lines sent; an abort of `signal` leaves the others unsent.
 * @throws AsofError `ASOF_TOPIC_MISSING`, `ASOF_EVENT_TOO_LARGE`.
 */
export async function writeEvents(
  kafka: Kafka,
  topic: string,
  lines: AsyncIterable<KeyedLine> | Iterable<KeyedLine>,
  { onProgress, signal }: WriteOptions = {},
): Promise<number> {
  const partitionOf = partitionChoice((await partitionOffsets(kafka, topic)).length);
  const producer = kafka.producer({
    idempotent: true,
    maxInFlightRequests: 1,
    allowAutoTopicCreation: false,
    createPartitioner: Partitioners.DefaultPartitioner,
  });
  const batches = new BatchSender(producer, topic, onProgress);
  try {
    await producer.connect();
    for await (const line of lines) {
      if (signal?.aborted) break;
      // The partition is fixed here: kafkajs could choose another one when it sends a record without a key
      // again.
      const partition = line.partition ?? partitionOf(line.key);
      if (!batches.fits(line)) await batches.flush();
      batches.add({ ...line, partition });
    }
    if (!signal?.aborted) await batches.flush();
    return await batches.settled();
  } finally {
    batches.discard();
    await producer.disconnect();
  }
}
