import { setTimeout as delay } from 'node:timers/promises';
import { createTopics } from '../../adapters/kafka/create-topics.ts';
import { writeEvents } from '../../adapters/kafka/event-writer.ts';
import { deleteTopics, partitionOffsets } from '../../adapters/kafka/topics.ts';
import type { Progress } from '../../stack/progress.ts';
import { kafkaClient } from './asof/project.ts';
import { PARTITIONS, type StreamShape, benchmarkEvents } from './events.ts';
import { type ExpectedWindows, WindowCount } from './expected-windows.ts';

export interface FilledTopic {
  readonly topic: string;
  readonly events: number;
  readonly expected: ExpectedWindows;
}

/** Runs `work` on a new topic that is filled with the stream, and deletes the topic afterwards. */
export async function withFilledTopic<Result>(
  topic: string,
  shape: StreamShape,
  progress: Progress,
  work: (filled: FilledTopic) => Promise<Result>,
): Promise<Result> {
  return withTopic(topic, async () => {
    const expected = new WindowCount();
    const startedAt = performance.now();
    await writeEvents(kafkaClient(), topic, benchmarkEvents(shape, expected));
    const seconds = (performance.now() - startedAt) / 1000;
    progress(`topic ${topic}: ${shape.events} events of ${shape.users} users in ${seconds.toFixed(1)} s`);
    return work({ topic, events: shape.events, expected: expected.result });
  });
}

export async function withTopic<Result>(topic: string, work: () => Promise<Result>): Promise<Result> {
  const kafka = kafkaClient();
  await createTopics(kafka, [{ name: topic, partitions: PARTITIONS }]);
  try {
    await untilLed(topic);
    return await work();
  } finally {
    await deleteTopics(kafka, [topic]);
  }
}

/** Waits until the partitions of a new topic have leaders. */
async function untilLed(topic: string, tries = 100): Promise<void> {
  try {
    await partitionOffsets(kafkaClient(), topic);
  } catch (error) {
    if (tries === 0) throw error;
    await delay(100);
    await untilLed(topic, tries - 1);
  }
}
