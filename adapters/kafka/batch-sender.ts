import type { Producer } from 'kafkajs';
import { AsofError } from '../../domain/errors/asof-error.ts';

/** One record to be: its value's bytes go into Kafka as they are. */
export interface KeyedLine {
  readonly key: string | null;
  readonly value: Buffer | string;
  /** Chosen from the key unless given. */
  readonly partition?: number;
}

/** kafkajs copies a partition's records once for each record more, so larger batches are slower again. */
const BATCH_RECORDS = 1_000;
/** A batch must stay under the broker's `message.max.bytes`, about 1 MiB unless set, with its framing. */
const BATCH_BYTES = 800_000;
/** Milliseconds that a record of a slow source waits for others to come with it. */
const LINGER = 100;

/** Gathers records into batches; a batch leaves when it is full, or when its first record has waited long enough. */
export class BatchSender {
  readonly #producer: Producer;
  readonly #topic: string;
  readonly #onProgress: ((sent: number) => void) | undefined;
  #batch: KeyedLine[] = [];
  #bytes = 0;
  #sent = 0;
  #sending: Promise<void> = Promise.resolve();
  #linger: NodeJS.Timeout | undefined;

  constructor(producer: Producer, topic: string, onProgress: ((sent: number) => void) | undefined) {
    this.#producer = producer;
    this.#topic = topic;
    this.#onProgress = onProgress;
  }

  fits(line: KeyedLine): boolean {
    return (
      this.#batch.length < BATCH_RECORDS &&
      (this.#bytes + sizeOf(line) <= BATCH_BYTES || this.#batch.length === 0)
    );
  }

  add(line: KeyedLine): void {
    this.#batch.push(line);
    this.#bytes += sizeOf(line);
    // A failure is kept in `#sending`, and comes out at the next flush or at the end.
    this.#linger ??= setTimeout(() => void this.flush().catch(() => {}), LINGER);
  }

  flush(): Promise<void> {
    clearTimeout(this.#linger);
    this.#linger = undefined;
    const batch = this.#batch;
    this.#batch = [];
    this.#bytes = 0;
    if (batch.length > 0) this.#sending = this.#sending.then(() => this.#send(batch));
    return this.#sending;
  }

  /** How many records are in Kafka, once nothing is on its way. */
  async settled(): Promise<number> {
    await this.#sending;
    return this.#sent;
  }

  discard(): void {
    clearTimeout(this.#linger);
    this.#batch = [];
  }

  async #send(batch: KeyedLine[]): Promise<void> {
    try {
      await this.#producer.send({ topic: this.#topic, messages: batch, acks: -1 });
    } catch (cause) {
      throw isTooLarge(cause) ? tooLarge(this.#topic, batch, cause) : cause;
    }
    this.#sent += batch.length;
    this.#onProgress?.(this.#sent);
  }
}

/** Bytes in a record batch, framing included, a little over. */
function sizeOf({ key, value }: KeyedLine): number {
  return Buffer.byteLength(value) + (key === null ? 0 : Buffer.byteLength(key)) + 64;
}

function isTooLarge(error: unknown): boolean {
  return error instanceof Error && 'type' in error && error.type === 'MESSAGE_TOO_LARGE';
}

function tooLarge(topic: string, batch: readonly KeyedLine[], cause: unknown): AsofError {
  const bytes = Math.max(...batch.map(({ value }) => Buffer.byteLength(value)));
  return new AsofError(
    'ASOF_EVENT_TOO_LARGE',
    `a record of ${bytes} bytes is larger than topic '${topic}' takes; raise its max.message.bytes or leave the record out`,
    { details: { topic, bytes }, cause },
  );
}
