import { randomUUID } from 'node:crypto';
import type { Kafka, Message } from 'kafkajs';
import { isRecord } from '../../../adapters/kafka/batches/message.ts';
import { partitionOffsets } from '../../../adapters/kafka/topics.ts';
import type { LogRecord } from '../../oracle/log.ts';

/** 9999-12-31T23:59:59.999Z in milliseconds; it takes the place of later Kafka timestamps. */
const END_OF_TIME_MS = 253_402_300_799_999n;

/**
 * Reads everything that a topic holds now, from the beginning, with a plain consumer in a group of its own.
 */
export async function readLog(kafka: Kafka, topic: string): Promise<LogRecord[]> {
  const missing = new Map(
    (await partitionOffsets(kafka, topic)).map(({ partition, high }) => [partition, high]),
  );
  for (const [partition, high] of missing) if (high === 0n) missing.delete(partition);
  const log = new Map<string, LogRecord>();
  if (missing.size === 0) return [];
  const consumer = kafka.consumer({ groupId: `test-log-${randomUUID()}`, maxWaitTimeInMs: 50 });
  await consumer.connect();
  await consumer.subscribe({ topic, fromBeginning: true });
  await new Promise<void>((resolve, reject) => {
    // A consumer that restarts, for example while its coordinator loads, reads from the beginning again.
    consumer.on(consumer.events.CRASH, ({ payload }) => {
      if (!payload.restart) reject(payload.error);
    });
    consumer.on(consumer.events.END_BATCH_PROCESS, ({ payload: { partition, lastOffset } }) => {
      if (BigInt(lastOffset) + 1n >= (missing.get(partition) ?? 0n)) missing.delete(partition);
      if (missing.size === 0) resolve();
    });
    void consumer.run({
      autoCommit: false,
      eachBatch: ({ batch }) => {
        const { partition, messages } = batch;
        for (const { offset, timestamp, value } of messages.filter(isRecord)) {
          const record = { partition, offset: BigInt(offset), kafkaTs: micros(BigInt(timestamp)), value };
          log.set(`${partition}/${offset}`, record);
        }
        return Promise.resolve();
      },
    });
  });
  await consumer.disconnect();
  return [...log.values()];
}

/** Kafka keeps −1 for a record without a timestamp. */
function micros(timestamp: bigint): bigint | null {
  if (timestamp === -1n) return null;
  return (timestamp < END_OF_TIME_MS ? timestamp : END_OF_TIME_MS) * 1000n;
}

/** Sends messages to the topic, in order within each partition, each once, also when an answer is lost. */
export async function produce(kafka: Kafka, topic: string, messages: readonly Message[]): Promise<void> {
  const producer = kafka.producer({ allowAutoTopicCreation: false, idempotent: true });
  await producer.connect();
  for (let start = 0; start < messages.length; start += 2_000) {
    await producer.send({ topic, messages: messages.slice(start, start + 2_000) });
  }
  await producer.disconnect();
}
