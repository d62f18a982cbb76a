import { expect, test } from 'vitest';
import { deleteTopics, listTopics } from '../../../../adapters/kafka/topics.ts';
import { simulate } from '../../../../simulator/index.ts';
import { expectOracle } from '../../../support/expectations/expect-oracle.ts';
import { produce } from '../../../support/projects/log.ts';
import { type Project, withProject } from '../../../support/projects/project.ts';

const PARTITIONS = 2;
const ABORTED = 20;
const events = [...simulate({ seed: 9, until: '2026-03-01T00:00:00Z', days: 2, users: 60 })];

test('two sources on one topic are read at once by one worker, each with all records and the right counts', async () => {
  await withProject({ source: { topicPartitions: PARTITIONS } }, (project) =>
    project.withWorkers(1, async () => {
      const { asof, kafka, source } = project;
      const other = `${source}-b`;
      await applySecond(project, other);
      for (let start = 0; start < events.length; start += 500) {
        const messages = events.slice(start, start + 500);
        await produce(
          kafka,
          source,
          messages.map(({ value }, index) => ({ value, partition: index % PARTITIONS })),
        );
        await sendAborted(project);
      }
      await Promise.all([source, other].map((name) => asof.stream(name).readToHead({ from: 'earliest' })));
      await expectOracle(project);
      const [first, second] = await Promise.all([source, other].map((name) => asof.stream(name).check()));
      expect(second!.violations).toEqual([]);
      // The other source has no table, so nothing is late in it.
      expect(second!.partitions).toEqual(first!.partitions.map((partition) => ({ ...partition, late: 0 })));
      expect(first!.partitions.map(({ skipped }) => skipped)).toEqual(
        Array(PARTITIONS).fill(Math.ceil(events.length / 500) * (ABORTED / PARTITIONS + 1)),
      );

      await deleteTopics(kafka, [source, source]);
      expect(await listTopics(kafka)).not.toContain(source);
    }),
  );
});

async function applySecond({ asof, source }: Project, name: string): Promise<void> {
  const definitions = await asof.definitions();
  const second = definitions.find((definition) => definition.name === source);
  await asof.apply([...definitions, { ...second!, name }]);
}

async function sendAborted({ kafka, source }: Project): Promise<void> {
  const producer = kafka.producer({
    transactionalId: `${source}-aborted`,
    idempotent: true,
    maxInFlightRequests: 1,
  });
  await producer.connect();
  const transaction = await producer.transaction();
  const messages = Array.from({ length: ABORTED }, (_, index) => ({
    value: '{}',
    partition: index % PARTITIONS,
  }));
  await transaction.send({ topic: source, messages });
  await transaction.abort();
  await producer.disconnect();
}
