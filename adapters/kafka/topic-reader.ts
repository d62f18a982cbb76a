import { randomUUID } from 'node:crypto';
import type { Batch, Consumer, Kafka } from 'kafkajs';
import { AsofError } from '../../domain/errors/asof-error.ts';
import type { Answers } from './answers.ts';
import { connectionFailure } from './connection-failure.ts';
import { type Fetched, type ReadLimits, type ReadRange, type ReadResult, Reading } from './reading.ts';
import { toKafkaRecord } from './to-kafka-record.ts';

/** How long a fetch waits for records, in ms. A paused consumer notices a resume within this time. */
const MAX_WAIT_MS = 100;
/** How soon a reader notices added partitions, in ms. kafkajs joins the group again for them. */
const METADATA_MAX_AGE_MS = 5_000;

/**
 * Reads explicit offset ranges of one topic. kafkajs can only read as a member of a consumer group, and
 * joining one takes seconds. A worker therefore holds one reader for each topic. Each reader has a group of
 * its own that commits no offsets, and pauses each partition until a read needs it. Between reads that follow
 * the head, the consumer goes on for one fetch: a paused consumer would notice the next read up to {@link
 * MAX_WAIT_MS} later.
 */
export class TopicReader {
  readonly #topic: string;
  readonly #consumer: Consumer;
  readonly #answers: Answers;
  /** By partition: the read that waits for its records. */
  readonly #readings = new Map<number, Reading>();
  /**
   * By partition: records that were fetched beyond the last read's limits; the next read can begin with them.
   */
  readonly #rests = new Map<number, Fetched>();
  /** By partition: the offset at which the consumer's next fetch begins, unless a seek moves it. */
  readonly #fetchedTo = new Map<number, bigint>();
  #failure: Error | undefined;
  #joins = 0;

  private constructor(topic: string, consumer: Consumer, answers: Answers) {
    this.#topic = topic;
    this.#consumer = consumer;
    this.#answers = answers;
  }

  static async open(kafka: Kafka, topic: string, answers: Answers): Promise<TopicReader> {
    const consumer = kafka.consumer({
      groupId: `asof-reader-${topic}-${randomUUID()}`,
      maxWaitTimeInMs: MAX_WAIT_MS,
      metadataMaxAge: METADATA_MAX_AGE_MS,
      retry: { restartOnFailure: () => Promise.resolve(false) },
    });
    const reader = new TopicReader(topic, consumer, answers);
    consumer.on(consumer.events.CRASH, ({ payload }) => reader.#fail(payload.error));
    consumer.on(consumer.events.END_BATCH_PROCESS, ({ payload }) => {
      if (payload.batchSize === 0) reader.#skip(payload.partition, BigInt(payload.lastOffset));
    });
    const joined = new Promise<void>((resolve, reject) => {
      consumer.on(consumer.events.GROUP_JOIN, () => resolve());
      consumer.on(consumer.events.CRASH, ({ payload }) => reject(payload.error));
    });
    try {
      await consumer.connect();
      await consumer.subscribe({ topic, fromBeginning: true });
      const running = consumer.run({
        autoCommit: false,
        eachBatch: ({ batch }) => Promise.resolve(reader.#take(batch)),
      });
      await Promise.all([running, joined]);
    } catch (error) {
      await consumer.disconnect();
      throw readFailed(topic, error);
    }
    reader.#rejoined();
    consumer.on(consumer.events.GROUP_JOIN, () => reader.#rejoined());
    return reader;
  }

  /** Whether the consumer has crashed. A broken reader must be closed and replaced. */
  get broken(): boolean {
    return this.#failure !== undefined;
  }

  /**
   * How often the consumer has joined its group. At each join the topic may have been replaced by a new one.
   */
  get joins(): number {
    return this.#joins;
  }

  /**
   * Reads the ranges in offset order within each partition. A read ends when all ranges are read, when a
   * limit is reached, or as `limits.following` says. It ends early, possibly without records, when the
   * consumer joins its group again. Reads of different partitions may run at the same time, reads of the same
   * partition must not.
   *
   * @throws AsofError `ASOF_KAFKA_UNAVAILABLE`, `ASOF_KAFKA_REFUSED`; `ASOF_KAFKA_READ_FAILED` (unavailable)
   * if records do not arrive for another reason.
   */
  async read(ranges: readonly ReadRange[], limits: ReadLimits, signal?: AbortSignal): Promise<ReadResult> {
    if (this.#failure) throw readFailed(this.#topic, this.#failure);
    const reading = new Reading(ranges, limits);
    for (const range of ranges) this.#begin(reading, range);
    const abort = (): void => reading.fail(new Error('the read was cancelled'));
    signal?.addEventListener('abort', abort, { once: true });
    try {
      if (signal?.aborted) abort();
      return await this.#answers.during(() => reading.result);
    } catch (error) {
      signal?.throwIfAborted();
      throw readFailed(this.#topic, error);
    } finally {
      signal?.removeEventListener('abort', abort);
      for (const { partition } of ranges) this.#readings.delete(partition);
      if (!limits.following) this.#pause(ranges.map(({ partition }) => partition));
    }
  }

  async close(): Promise<void> {
    this.#fail(new Error('the reader was closed'));
    await this.#consumer.disconnect();
  }

  #begin(reading: Reading, { partition }: ReadRange): void {
    this.#readings.set(partition, reading);
    const rest = this.#rests.get(partition);
    this.#rests.delete(partition);
    if (rest?.from === reading.position(partition)) this.#give(reading, rest);
    if (!reading.wants(partition)) return;
    const position = reading.position(partition);
    if (this.#fetchedTo.get(partition) !== position) this.#seek(partition, position);
    this.#consumer.resume([{ topic: this.#topic, partitions: [partition] }]);
  }

  #take(batch: Batch): void {
    const { partition, messages } = batch;
    const from = fetchedOffset(batch);
    const next = BigInt(batch.lastOffset()) + 1n;
    const records = messages.map((message) => toKafkaRecord(partition, message));
    this.#receive({ partition, from, next, records });
  }

  /** Skips absent offsets: transaction markers, aborted and compacted records. */
  #skip(partition: number, lastOffset: bigint): void {
    const from = this.#readings.get(partition)?.position(partition) ?? this.#fetchedTo.get(partition);
    if (from === undefined || lastOffset < from) return;
    this.#receive({ partition, from, next: lastOffset + 1n, records: [] });
  }

  #receive(fetched: Fetched): void {
    const { partition, from, next } = fetched;
    const reading = this.#readings.get(partition);
    reading?.passOver(partition, from);
    const expected = reading?.position(partition) ?? this.#fetchedTo.get(partition);
    if (from === expected) this.#fetchedTo.set(partition, next);
    if (reading && from !== expected) return this.#seek(partition, reading.position(partition));
    if (reading) return this.#give(reading, fetched);
    if (from === expected) this.#rests.set(partition, fetched);
    this.#pause([partition]);
  }

  #give(reading: Reading, fetched: Fetched): void {
    const { partition } = fetched;
    const rest = reading.take(fetched);
    if (rest.records.length > 0) this.#rests.set(partition, rest);
    if (!reading.wants(partition) && rest.records.length > 0) this.#pause([partition]);
  }

  #seek(partition: number, offset: bigint): void {
    this.#fetchedTo.set(partition, offset);
    this.#consumer.seek({ topic: this.#topic, partition, offset: String(offset) });
  }

  #pause(partitions: readonly number[]): void {
    if (!this.#failure) this.#consumer.pause([{ topic: this.#topic, partitions: [...partitions] }]);
  }

  /** Resets the state after a join: the consumer has lost its offsets, and the topic may be a new one. */
  #rejoined(): void {
    this.#joins += 1;
    this.#fetchedTo.clear();
    this.#rests.clear();
    this.#consumer.pause([{ topic: this.#topic }]);
    for (const reading of new Set(this.#readings.values())) reading.finish();
    this.#readings.clear();
  }

  #fail(error: Error): void {
    this.#failure ??= error;
    for (const reading of this.#readings.values()) reading.fail(error);
  }
}

/** The offset that a batch was fetched from. kafkajs provides it, but its types lack it. */
function fetchedOffset(batch: Batch): bigint {
  return BigInt((batch as Batch & { fetchedOffset: string }).fetchedOffset);
}

function readFailed(topic: string, cause: unknown): AsofError {
  const failure = connectionFailure(cause);
  if (failure) return failure;
  const reason = cause instanceof Error ? cause.message : String(cause);
  return new AsofError('ASOF_KAFKA_READ_FAILED', `cannot read topic '${topic}': ${reason}`, {
    details: { topic },
    cause,
  });
}
