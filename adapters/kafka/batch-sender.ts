import type { Producer } from 'kafkajs';
import { AsofError } from '../../domain/errors/asof-error.ts';

/** A record to write. The value's bytes go to Kafka unchanged. */
export interface KeyedLine {
  readonly key: string | null;
  readonly value: Buffer | string;
  /** Default: chosen by the key. */
  readonly partition?: number;
}

/** kafkajs copies a partition's records again for each record that it adds, so larger batches are slower. */
const BATCH_RECORDS = 1_000;
/** A batch and its framing must stay under the broker's `message.max.bytes`, by default about 1 MiB. */
const BATCH_BYTES = 800_000;
/** How long a record of a slow source waits for further records, in ms. */
const LINGER = 100;

/**
 * Collects records into batches, and sends a batch when it is full or its first record has waited {@link
 * LINGER}.
 */
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
    // A failure stays in `#sending`, and the next `flush` or `settled` throws it.
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

  /** Waits for the running send. Returns the number of records that Kafka has acknowledged. */
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

/** An upper bound of the record's bytes in a batch, with framing. */
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
