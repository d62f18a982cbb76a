import type { Kafka } from 'kafkajs';
import type { Answers } from './answers.ts';
import { TopicReader } from './topic-reader.ts';

/** Who reads which topic. */
export interface ReaderKey {
  readonly source: string;
  readonly topic: string;
}

/**
 * The readers that a worker holds between micro-batches. Each source has one of its own, because sources on
 * the same topic are at different offsets. A broken reader is replaced.
 */
export class TopicReaders {
  readonly #kafka: Kafka;
  readonly #answers: Answers;
  /** By source and topic. */
  readonly #readers = new Map<string, Promise<TopicReader>>();

  constructor(kafka: Kafka, answers: Answers) {
    this.#kafka = kafka;
    this.#answers = answers;
  }

  async of(key: ReaderKey): Promise<TopicReader> {
    const id = idOf(key);
    const opening = this.#readers.get(id) ?? this.#open(id, key.topic);
    const reader = await this.#answers
      .during(() => opening)
      .catch((error: unknown) => {
        this.#forget(id, opening);
        throw error;
      });
    if (!reader.broken) return reader;
    this.#forget(id, opening);
    await reader.close();
    return this.of(key);
  }

  /** Closes the reader of a key, if there is one. Nobody may be reading with it. */
  async release(key: ReaderKey): Promise<void> {
    const id = idOf(key);
    const opening = this.#readers.get(id);
    if (!opening) return;
    this.#forget(id, opening);
    await opening.then(
      (reader) => reader.close(),
      () => {},
    );
  }

  async close(): Promise<void> {
    await Promise.allSettled([...this.#readers.values()].map(async (opening) => (await opening).close()));
  }

  #open(id: string, topic: string): Promise<TopicReader> {
    const opening = TopicReader.open(this.#kafka, topic, this.#answers);
    this.#readers.set(id, opening);
    return opening;
  }

  #forget(id: string, opening: Promise<TopicReader>): void {
    if (this.#readers.get(id) === opening) this.#readers.delete(id);
  }
}

function idOf({ source, topic }: ReaderKey): string {
  return `${source} ${topic}`;
}
