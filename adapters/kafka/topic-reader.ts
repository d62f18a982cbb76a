import { randomUUID } from 'node:crypto';
import type { Batch, Consumer, Kafka } from 'kafkajs';
import { AsofError } from '../../domain/errors.ts';
import { Reading, type Fetched, type OffsetRange, type ReadLimits, type ReadResult } from './reading.ts';
import { toKafkaRecord } from './record.ts';

/** How long a fetch waits for records, and how soon a paused consumer notices that there is work, in ms. */
const MAX_WAIT_MS = 100;
/** How soon partitions that were added to the topic can be read, in ms; kafkajs joins the group anew for them. */
const METADATA_MAX_AGE_MS = 5_000;

/**
 * Reads explicit offset ranges of one topic. kafkajs can only read as a member of a group, and joining one takes
 * seconds; so a worker keeps one reader for each topic, alone in a group of its own that commits no offsets, with
 * every partition paused until a range of it is asked for.
 */
export class TopicReader {
  readonly #topic: string;
  readonly #consumer: Consumer;
  /** By partition: who waits for its records. */
  readonly #readings = new Map<number, Reading>();
  /** By partition: what was fetched beyond the last read's limits, and the next read may begin with. */
  readonly #rests = new Map<number, Fetched>();
  #failure: Error | undefined;

  private constructor(topic: string, consumer: Consumer) {
    this.#topic = topic;
    this.#consumer = consumer;
  }

  static async open(kafka: Kafka, topic: string): Promise<TopicReader> {
    const consumer = kafka.consumer({
      groupId: `asof-reader-${topic}-${randomUUID()}`,
      maxWaitTimeInMs: MAX_WAIT_MS,
      metadataMaxAge: METADATA_MAX_AGE_MS,
      retry: { restartOnFailure: () => Promise.resolve(false) },
    });
    const reader = new TopicReader(topic, consumer);
    consumer.on(consumer.events.CRASH, ({ payload }) => reader.#fail(payload.error));
    consumer.on(consumer.events.END_BATCH_PROCESS, ({ payload }) => {
      if (payload.batchSize === 0) reader.#skip(payload.partition, BigInt(payload.lastOffset));
    });
    await consumer.connect();
    await consumer.subscribe({ topic, fromBeginning: true });
    const joined = new Promise<void>((resolve, reject) => {
      consumer.on(consumer.events.GROUP_JOIN, () => resolve());
      consumer.on(consumer.events.CRASH, ({ payload }) => reject(payload.error));
    });
    try {
      const running = consumer.run({
        autoCommit: false,
        eachBatch: ({ batch }) => Promise.resolve(reader.#take(batch)),
      });
      await Promise.all([running, joined]);
    } catch (error) {
      await consumer.disconnect();
      throw readFailed(topic, error);
    }
    consumer.pause([{ topic }]);
    return reader;
  }

  /** Whether the consumer has crashed; a broken reader must be closed and replaced. */
  get broken(): boolean {
    return this.#failure !== undefined;
  }

  /**
   * Reads the ranges in offset order within each partition, until all are read or a limit is reached. Ranges of one
   * partition must not be read twice at a time; different partitions may.
   *
   * @throws AsofError `ASOF_KAFKA_READ_FAILED` (unavailable) when records do not come.
   */
  async read(ranges: readonly OffsetRange[], limits: ReadLimits, signal?: AbortSignal): Promise<ReadResult> {
    if (this.#failure) throw readFailed(this.#topic, this.#failure);
    const reading = new Reading(ranges, limits);
    for (const range of ranges) this.#begin(reading, range);
    const abort = (): void => reading.fail(new Error('the read was cancelled'));
    signal?.addEventListener('abort', abort, { once: true });
    try {
      if (signal?.aborted) abort();
      return await reading.result;
    } catch (error) {
      signal?.throwIfAborted();
      throw readFailed(this.#topic, error);
    } finally {
      signal?.removeEventListener('abort', abort);
      this.#pause(ranges.map(({ partition }) => partition));
    }
  }

  async close(): Promise<void> {
    this.#fail(new Error('the reader was closed'));
    await this.#consumer.disconnect();
  }

  #begin(reading: Reading, { partition, from }: OffsetRange): void {
    this.#readings.set(partition, reading);
    const rest = this.#rests.get(partition);
    this.#rests.delete(partition);
    if (rest?.from === from) this.#give(reading, rest);
    if (!reading.wants(partition)) return;
    this.#seek(partition, reading.position(partition));
    this.#consumer.resume([{ topic: this.#topic, partitions: [partition] }]);
  }

  #take(batch: Batch): void {
    const { partition, messages } = batch;
    const reading = this.#readings.get(partition);
    if (!reading) return this.#pause([partition]);
    const from = reading.position(partition);
    if (fetchedOffset(batch) !== from) return this.#seek(partition, from);
    const records = messages.map((message) => toKafkaRecord(partition, message));
    this.#give(reading, { partition, from, next: BigInt(batch.lastOffset()) + 1n, records });
  }

  /** Passes over offsets that hold no record for us: transaction markers, aborted and compacted records. */
  #skip(partition: number, lastOffset: bigint): void {
    const reading = this.#readings.get(partition);
    if (!reading) return;
    const from = reading.position(partition);
    if (lastOffset >= from) this.#give(reading, { partition, from, next: lastOffset + 1n, records: [] });
  }

  #give(reading: Reading, fetched: Fetched): void {
    const { partition } = fetched;
    const rest = reading.take(fetched);
    if (rest.records.length > 0) this.#rests.set(partition, rest);
    if (!reading.wants(partition)) this.#pause([partition]);
  }

  #seek(partition: number, offset: bigint): void {
    this.#consumer.seek({ topic: this.#topic, partition, offset: String(offset) });
  }

  #pause(partitions: readonly number[]): void {
    for (const partition of partitions) this.#readings.delete(partition);
    if (!this.#failure) this.#consumer.pause([{ topic: this.#topic, partitions: [...partitions] }]);
  }

  #fail(error: Error): void {
    this.#failure ??= error;
    for (const reading of this.#readings.values()) reading.fail(error);
  }
}

/** kafkajs tells where a batch was fetched from, though its types do not say so. */
function fetchedOffset(batch: Batch): bigint {
  return BigInt((batch as Batch & { fetchedOffset: string }).fetchedOffset);
}

function readFailed(topic: string, cause: unknown): AsofError {
  const reason = cause instanceof Error ? cause.message : String(cause);
  return new AsofError('ASOF_KAFKA_READ_FAILED', `cannot read topic '${topic}': ${reason}`, {
    kind: 'unavailable',
    details: { topic },
    cause,
  });
}
