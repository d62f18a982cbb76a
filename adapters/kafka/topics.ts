import { setTimeout as delay } from 'node:timers/promises';
import type { Admin, Kafka } from 'kafkajs';
import { AsofError } from '../../domain/errors/asof-error.ts';
import { connectionFailure, notConnected } from './connection-failure.ts';
import { retrying } from './retrying.ts';

/** How often to ask whether deleted topics are still listed. */
const LISTINGS = 100;
const PAUSE_MS = 100;

/** The offsets of a partition's records in Kafka: `[low, high)`. */
export interface PartitionOffsets {
  readonly partition: number;
  readonly low: bigint;
  readonly high: bigint;
}

/**
 * Runs `work` with an admin client.
 *
 * @throws AsofError `ASOF_KAFKA_UNAVAILABLE` (unavailable), `ASOF_KAFKA_REFUSED`.
 */
export async function withAdmin<Result>(
  kafka: Kafka,
  work: (admin: Admin) => Promise<Result>,
): Promise<Result> {
  const admin = kafka.admin();
  await admin.connect().catch((error: unknown) => {
    throw notConnected(error);
  });
  try {
    return await work(admin);
  } catch (error) {
    throw connectionFailure(error) ?? error;
  } finally {
    await admin.disconnect();
  }
}

export async function listTopics(kafka: Kafka): Promise<string[]> {
  return withAdmin(kafka, (admin) => admin.listTopics());
}

/**
 * Deletes those of the topics that exist, and waits until Kafka no longer lists them. Two sources may name the
 * same topic.
 */
export async function deleteTopics(kafka: Kafka, topics: readonly string[]): Promise<void> {
  await withAdmin(kafka, async (admin) => {
    const named = new Set(topics);
    const left = async (): Promise<string[]> =>
      (await admin.listTopics()).filter((topic) => named.has(topic));
    const doomed = await left();
    if (doomed.length === 0) return;
    await admin.deleteTopics({ topics: doomed });
    for (let tries = 0; tries < LISTINGS && (await left()).length > 0; tries += 1) await delay(PAUSE_MS);
  });
}

/**
 * The readable offsets of every partition, ordered by partition. `high` ends before open transactions. Asks again,
 * with new metadata, while a partition has no leader that knows of it, as just after the topic was made.
 *
 * @throws AsofError `ASOF_TOPIC_MISSING` if the topic does not exist.
 */
export async function partitionOffsets(kafka: Kafka, topic: string): Promise<PartitionOffsets[]> {
  return retrying(() => withAdmin(kafka, (admin) => offsetsOf(admin, topic)));
}

async function offsetsOf(admin: Admin, topic: string): Promise<PartitionOffsets[]> {
  if (!(await admin.listTopics()).includes(topic)) {
    throw new AsofError(
      'ASOF_TOPIC_MISSING',
      `Kafka has no topic '${topic}'; make it with: npx asof apply, or correct the event source's topic`,
      { details: { topic } },
    );
  }
  const offsets = await admin.fetchTopicOffsets(topic);
  return offsets
    .map(({ partition, low, high }) => ({ partition, low: BigInt(low), high: BigInt(high) }))
    .sort((a, b) => a.partition - b.partition);
}
