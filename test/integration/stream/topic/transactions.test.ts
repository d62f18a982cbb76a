import type { Kafka, Producer, Transaction } from 'kafkajs';
import { expect, test } from 'vitest';
import { simulate } from '../../../../simulator/index.ts';
import { expectOracle } from '../../../support/expectations/expect-oracle.ts';
import { produce } from '../../../support/projects/log.ts';
import { type Project, withProject } from '../../../support/projects/project.ts';

const messages = [...simulate({ seed: 9, until: '2026-03-01T00:00:00Z', days: 1, users: 20 })]
  .slice(0, 60)
  .map(({ value }) => ({ value, partition: 0 }));

test('records of aborted transactions and transaction markers are skipped, even at the end of the topic', async () => {
  await withProject({ source: { topicPartitions: 1 } }, (project) =>
    project.withWorkers(1, async () => {
      const { kafka, source } = project;
      await withTransactions(kafka, [`${source}-a`], async (producer) => {
        await (await begin(producer, source, 0, 5)).commit();
        await (await begin(producer, source, 5, 10)).abort();
        await toHead(project);
        expect(await totalsOf(project)).toMatchObject({ toOffset: '12', lag: 0, skipped: 7 });

        await (await begin(producer, source, 10, 15)).abort();
        await (await begin(producer, source, 15, 20)).commit();
        await (await begin(producer, source, 20, 25)).abort();
        await (await begin(producer, source, 25, 30)).abort();
      });
      await toHead(project);
      expect(await totalsOf(project)).toMatchObject({ toOffset: '36', lag: 0, skipped: 26 });
      await expectOracle(project);
    }),
  );
});

test('a stream stops before an open transaction, and reads the records beside it once it has ended', async () => {
  await withProject({ source: { topicPartitions: 1 } }, (project) =>
    project.withWorkers(1, async () => {
      const { kafka, source } = project;
      await produce(kafka, source, messages.slice(0, 3));
      await withTransactions(kafka, [`${source}-a`, `${source}-b`], async (a, b) => {
        const first = await begin(a, source, 3, 6);
        await produce(kafka, source, messages.slice(6, 9));
        const second = await begin(b, source, 9, 12);
        await toHead(project);
        expect(await totalsOf(project)).toMatchObject({ toOffset: '3', lag: 0 });

        await second.commit();
        await first.send({ topic: source, messages: messages.slice(12, 15) });
        await toHead(project);
        expect(await totalsOf(project)).toMatchObject({ toOffset: '3', lag: 0 });
        await first.abort();
      });
      await toHead(project);
      const totals = (await totalsOf(project))!;
      expect(totals).toMatchObject({ toOffset: '17', lag: 0, skipped: 8 });
      expect(totals.raw + totals.deadLetters).toBe(9);
      await expectOracle(project);
    }),
  );
});

function toHead({ source, asof }: Project) {
  return asof.stream(source).readToHead({ from: 'earliest' });
}

async function totalsOf({ asof, source }: Project) {
  const { partitions } = await asof.stream(source).check();
  return partitions.find(({ partition }) => partition === 0);
}

async function withTransactions(
  kafka: Kafka,
  ids: readonly string[],
  work: (...producers: Producer[]) => Promise<void>,
): Promise<void> {
  const producers = ids.map((transactionalId) =>
    kafka.producer({ transactionalId, idempotent: true, maxInFlightRequests: 1 }),
  );
  for (const producer of producers) await producer.connect();
  await work(...producers);
  for (const producer of producers) await producer.disconnect();
}

async function begin(producer: Producer, topic: string, from: number, to: number): Promise<Transaction> {
  const transaction = await producer.transaction();
  await transaction.send({ topic, messages: messages.slice(from, to) });
  return transaction;
}
