import type { Kafka } from 'kafkajs';
import type { Answers } from './answers.ts';
import { TopicReader } from './topic-reader.ts';

/** The readers that a worker holds between micro-batches, one for each topic. A broken reader is replaced. */
export class TopicReaders {
  readonly #kafka: Kafka;
  readonly #answers: Answers;
  readonly #readers = new Map<string, Promise<TopicReader>>();

  constructor(kafka: Kafka, answers: Answers) {
    this.#kafka = kafka;
    this.#answers = answers;
  }

  async of(topic: string): Promise<TopicReader> {
    const opening = this.#readers.get(topic) ?? this.#open(topic);
    const reader = await this.#answers
      .during(() => opening)
      .catch((error: unknown) => {
        this.#forget(topic, opening);
        throw error;
      });
    if (!reader.broken) return reader;
    this.#forget(topic, opening);
    await reader.close();
    return this.of(topic);
  }

  async close(): Promise<void> {
    await Promise.allSettled([...this.#readers.values()].map(async (opening) => (await opening).close()));
  }

  #open(topic: string): Promise<TopicReader> {
    const opening = TopicReader.open(this.#kafka, topic, this.#answers);
    this.#readers.set(topic, opening);
    return opening;
  }

  #forget(topic: string, opening: Promise<TopicReader>): void {
    if (this.#readers.get(topic) === opening) this.#readers.delete(topic);
  }
}
