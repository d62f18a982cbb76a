import { randomUUID } from 'node:crypto';
import type { Consumer, Kafka } from 'kafkajs';
import { AsofError, reasonOf } from '../../domain/errors/asof-error.ts';
import type { Answers } from './answers.ts';
import { connectionFailure } from './connection-failure.ts';
import { Dispatch } from './dispatch.ts';
import { type ReadLimits, type ReadRange, type ReadResult, Reading } from './reading.ts';
import { consumerNext, toFetched } from './to-fetched.ts';

/** How long a fetch waits for records, in ms. A paused consumer notices a resume within this time. */
const MAX_WAIT_MS = 100;
/** How soon a reader notices added partitions, in ms. kafkajs joins the group again for them. */
const METADATA_MAX_AGE_MS = 5_000;

/**
 * Reads explicit offset ranges of one topic. kafkajs can only read as a member of a consumer group, and
 * joining one takes seconds. A worker therefore holds one reader for each source. Each reader has a group of
 * its own that commits no offsets, and pauses each partition until a read needs it. Between reads that follow
 * the head, the consumer goes on for one fetch: a paused consumer would notice the next read up to {@link
 * MAX_WAIT_MS} later.
 */
export class TopicReader {
  readonly #topic: string;
  readonly #consumer: Consumer;
  readonly #answers: Answers;
  readonly #dispatch: Dispatch;
  #failure: Error | undefined;
  #joins = 0;

  private constructor(topic: string, consumer: Consumer, answers: Answers) {
    this.#topic = topic;
    this.#consumer = consumer;
    this.#answers = answers;
    this.#dispatch = new Dispatch({
      seek: (partition, offset) => consumer.seek({ topic, partition, offset: String(offset) }),
      resume: (partition) => consumer.resume([{ topic, partitions: [partition] }]),
      pause: (partitions) => this.#pause(partitions),
    });
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
    const joined = new Promise<void>((resolve, reject) => {
      consumer.on(consumer.events.GROUP_JOIN, () => resolve());
      consumer.on(consumer.events.CRASH, ({ payload }) => reject(payload.error));
    });
    try {
      await consumer.connect();
      await consumer.subscribe({ topic, fromBeginning: true });
      const running = consumer.run({
        autoCommit: false,
        eachBatch: ({ batch }) =>
          Promise.resolve(reader.#dispatch.receive(toFetched(batch), consumerNext(batch))),
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
   * consumer joins its group again. Reads of different partitions may run at the same time. A read of the same
   * partition fails the one before it: its attempt was taken for dead.
   *
   * @throws AsofError `ASOF_KAFKA_UNAVAILABLE`, `ASOF_KAFKA_REFUSED`; `ASOF_KAFKA_READ_FAILED` (unavailable)
   * if records do not arrive for another reason.
   */
  async read(ranges: readonly ReadRange[], limits: ReadLimits, signal?: AbortSignal): Promise<ReadResult> {
    if (this.#failure) throw readFailed(this.#topic, this.#failure);
    const reading = new Reading(ranges, limits);
    for (const range of ranges) this.#dispatch.begin(reading, range);
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
      const idle = this.#dispatch.end(reading, ranges);
      if (!limits.following) this.#pause(idle);
    }
  }

  async close(): Promise<void> {
    this.#fail(new Error('the reader was closed'));
    await this.#consumer.disconnect();
  }

  #pause(partitions: readonly number[]): void {
    if (this.#failure || partitions.length === 0) return;
    this.#consumer.pause([{ topic: this.#topic, partitions: [...partitions] }]);
  }

  #rejoined(): void {
    this.#joins += 1;
    this.#consumer.pause([{ topic: this.#topic }]);
    this.#dispatch.reset();
  }

  #fail(error: Error): void {
    this.#failure ??= error;
    this.#dispatch.fail(error);
  }
}

function readFailed(topic: string, cause: unknown): AsofError {
  const failure = connectionFailure(cause);
  if (failure) return failure;
  return new AsofError('ASOF_KAFKA_READ_FAILED', `cannot read topic '${topic}': ${reasonOf(cause)}`, {
    details: { topic },
    cause,
  });
}
