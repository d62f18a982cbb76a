import kafkajs, { type Admin, type Kafka } from 'kafkajs';
import { retrying } from './retrying.ts';
import { withAdmin } from './topics.ts';

export interface NewTopic {
  readonly name: string;
  readonly partitions: number;
}

/**
 * Creates those of the topics that do not exist, in one request, and waits until their partitions have
 * leaders. Tries again what Kafka calls retriable. The broker sets each Kafka timestamp on append, because a
 * producer's clock must not move the watermark.
 *
 * @returns the names of the topics that this call created.
 * @throws AsofError `ASOF_KAFKA_UNAVAILABLE` (unavailable), `ASOF_KAFKA_REFUSED`.
 */
export async function createTopics(kafka: Kafka, topics: readonly NewTopic[]): Promise<string[]> {
  if (topics.length === 0) return [];
  return withAdmin(kafka, async (admin) => {
    const created = new Set<string>();
    const asked = new Set<string>();
    let missing = topics;
    await retrying(async () => {
      const failures = await request(admin, missing);
      for (const { name } of missing) {
        const { type } = failures.get(name) ?? {};
        // A topic that is there after an unclear answer to an earlier request is the one that was asked for.
        if (type === undefined || (type === TAKEN && asked.has(name))) created.add(name);
        asked.add(name);
      }
      missing = missing.filter(({ name }) => failures.has(name) && failures.get(name)!.type !== TAKEN);
      const [failure] = missing.map(({ name }) => failures.get(name)!);
      if (failure) throw failure;
    });
    await retrying(() => expectLeaders(admin, topics));
    return [...created];
  });
}

const TAKEN = 'TOPIC_ALREADY_EXISTS';

type Failure = Error & { readonly type?: string };

/** Asks once, and returns why topics were not created. A request that fails as a whole fails for each topic. */
async function request(admin: Admin, topics: readonly NewTopic[]): Promise<Map<string, Failure>> {
  try {
    const isCreated = await admin.createTopics({
      waitForLeaders: false,
      topics: topics.map(({ name, partitions }) => ({
        topic: name,
        numPartitions: partitions,
        configEntries: [{ name: 'message.timestamp.type', value: 'LogAppendTime' }],
      })),
    });
    const taken = Object.assign(new Error('the topic exists'), { type: TAKEN });
    return new Map(isCreated ? [] : topics.map(({ name }) => [name, taken]));
  } catch (error) {
    if (error instanceof kafkajs.KafkaJSAggregateError)
      return new Map(
        (error.errors as (Failure & { topic: string })[]).map((failure) => [failure.topic, failure]),
      );
    return new Map(topics.map(({ name }) => [name, error as Failure]));
  }
}

async function expectLeaders(admin: Admin, topics: readonly NewTopic[]): Promise<void> {
  const { topics: known } = await admin.fetchTopicMetadata({ topics: topics.map(({ name }) => name) });
  const isLed = known.every(({ partitions }) => partitions.every(({ leader }) => leader >= 0));
  if (!isLed) throw new NoLeader('a partition has no leader yet');
}

class NoLeader extends Error {
  readonly retriable = true;
}
