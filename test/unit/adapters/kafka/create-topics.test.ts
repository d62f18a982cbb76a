import kafkajs, { type Kafka } from 'kafkajs';
import { expect, test } from 'vitest';
import { createTopics } from '../../../../adapters/kafka/create-topics.ts';

const NINE = Array.from({ length: 9 }, (_, index) => ({ name: `topic-${index}`, partitions: 4 }));
const names = NINE.map(({ name }) => name);

test('all topics are created by one request, and each retriable error is tried again', async () => {
  const kafka = scripted([failing(['topic-3', 'topic-7'], true), 'created'], { leaderless: 2 });
  expect((await createTopics(kafka, NINE)).sort()).toEqual(names);
  expect(kafka.asked).toEqual([names, ['topic-3', 'topic-7']]);
});

test('a topic that exists is not counted as created', async () => {
  expect(await createTopics(scripted(['exist']), NINE)).toEqual([]);
  const some = scripted([failing(['topic-0', 'topic-8'], false, 'TOPIC_ALREADY_EXISTS')]);
  expect((await createTopics(some, NINE)).sort()).toEqual(names.slice(1, -1));
});

test('a topic that exists after an unclear answer is the one that was asked for', async () => {
  const kafka = scripted([timedOut(), 'exist']);
  expect((await createTopics(kafka, NINE)).sort()).toEqual(names);
});

test('an error that no retry mends is thrown', async () => {
  const kafka = scripted([failing(['topic-0'], false, 'INVALID_REPLICATION_FACTOR')]);
  await expect(createTopics(kafka, NINE)).rejects.toThrow('INVALID_REPLICATION_FACTOR');
});

type Answer = 'created' | 'exist' | Error;

/** A Kafka whose controller answers requests to create topics as the script says. */
function scripted(answers: readonly Answer[], { leaderless = 0 } = {}): Kafka & { asked: string[][] } {
  const asked: string[][] = [];
  let looks = 0;
  const admin = {
    connect: () => Promise.resolve(),
    disconnect: () => Promise.resolve(),
    createTopics({ topics }: { topics: { topic: string }[] }) {
      const answer = answers[asked.length]!;
      asked.push(topics.map(({ topic }) => topic));
      return answer instanceof Error ? Promise.reject(answer) : Promise.resolve(answer === 'created');
    },
    fetchTopicMetadata({ topics }: { topics: string[] }) {
      const leader = (looks += 1) > leaderless ? 0 : -1;
      return Promise.resolve({ topics: topics.map((name) => ({ name, partitions: [{ leader }] })) });
    },
  };
  return { asked, admin: () => admin } as unknown as Kafka & { asked: string[][] };
}

function failing(topics: readonly string[], retriable: boolean, type = 'LEADER_NOT_AVAILABLE'): Error {
  const failures = topics.map((topic) => Object.assign(new Error(type), { topic, type, retriable }));
  return new kafkajs.KafkaJSAggregateError('Topic creation errors', failures);
}

function timedOut(): Error {
  return Object.assign(new Error('The request timed out'), { type: 'REQUEST_TIMED_OUT', retriable: true });
}
