import { expect, test } from 'vitest';
import { createTopics } from '../../../../adapters/kafka/create-topics.ts';
import { deleteTopics, withAdmin } from '../../../../adapters/kafka/topics.ts';
import { simulate } from '../../../../simulator/index.ts';
import { expectOracle } from '../../../support/expectations/expect-oracle.ts';
import { produce } from '../../../support/projects/log.ts';
import { type Project, withProject } from '../../../support/projects/project.ts';

const events = [...simulate({ seed: 9, until: '2026-03-01T00:00:00Z', days: 1, users: 20 })];
const half = Math.floor(events.length / 2);

test('records that retention deleted before they were read stop the stream', async () => {
  await withProject({ source: { topicPartitions: 1 } }, (project) =>
    project.withWorkers(1, async () => {
      await loseRecords(project);
      await expect(toHead(project)).rejects.toThrow(
        new RegExp(
          `begins at offset ${events.length - 1}, but .* was read only up to ${half}.*onDataLoss: 'continue'`,
        ),
      );
    }),
  );
});

test('a source that continues after a loss records the loss in the ledger', async () => {
  await withProject({ source: { topicPartitions: 1, onDataLoss: 'continue' } }, (project) =>
    project.withWorkers(1, async () => {
      await loseRecords(project);
      await toHead(project);
      const { clean, partitions } = await project.asof.stream(project.source).check();
      expect(clean).toBe(true);
      expect(partitions[0]).toMatchObject({
        lost: events.length - 1 - half,
        toOffset: String(events.length),
        lag: 0,
      });
    }),
  );
});

test('a topic that was deleted and created again stops the stream', async () => {
  await withProject({ source: { topicPartitions: 1 } }, (project) =>
    project.withWorkers(1, async () => {
      const { source, kafka } = project;
      await produce(kafka, source, events);
      await toHead(project);
      await deleteTopics(kafka, [source]);
      await createTopics(kafka, [{ name: source, partitions: 1 }]);
      await expect(toHead(project)).rejects.toThrow(/the topic was deleted and made again/);
    }),
  );
});

test('a topic that was created again and has grown beyond the cursor stops the stream', async () => {
  await withProject({ source: { topicPartitions: 1 } }, (project) =>
    project.withWorkers(1, async () => {
      const { source, pool, kafka } = project;
      await produce(kafka, source, events.slice(0, half));
      await toHead(project);
      await deleteTopics(kafka, [source]);
      await createTopics(kafka, [{ name: source, partitions: 1 }]);
      await produce(kafka, source, events);
      await expect(toHead(project)).rejects.toThrow(
        new RegExp(
          `partition 0 holds another record at offset ${half - 1} .*made again.*Nothing was read; give the source a new name`,
        ),
      );
      const { rows } = await pool.query('SELECT max(to_offset)::int AS read FROM asof.offset_ledger');
      expect(rows).toEqual([{ read: half }]);
    }),
  );
});

test('the stream continues after Kafka has deleted the last record that was read', async () => {
  await withProject({ source: { topicPartitions: 1 } }, (project) =>
    project.withWorkers(1, async () => {
      const { source, kafka } = project;
      await produce(kafka, source, events.slice(0, half));
      await toHead(project);
      await withAdmin(kafka, async (admin) => {
        await admin.fetchTopicOffsets(source);
        await admin.deleteTopicRecords({
          topic: source,
          partitions: [{ partition: 0, offset: String(half) }],
        });
      });
      await produce(kafka, source, events.slice(half));
      await toHead(project);
      const { clean, partitions } = await project.asof.stream(source).check();
      expect(clean).toBe(true);
      expect(partitions[0]).toMatchObject({ lost: 0, toOffset: String(events.length), lag: 0 });
    }),
  );
});

test('a missing topic stops the stream', async () => {
  await withProject({}, (project) =>
    project.withWorkers(1, async () => {
      await deleteTopics(project.kafka, [project.source]);
      await expect(toHead(project)).rejects.toThrow(/Kafka has no topic .*npx asof apply/);
    }),
  );
});

test('partitions that are added to the topic are read from their first record', async () => {
  await withProject({ source: { topicPartitions: 1 } }, (project) =>
    project.withWorkers(1, async () => {
      const { source, kafka } = project;
      await produce(kafka, source, events.slice(0, half));
      await toHead(project);
      await withAdmin(kafka, (admin) =>
        admin.createPartitions({ topicPartitions: [{ topic: source, count: 3 }] }),
      );
      await produce(
        kafka,
        source,
        events.slice(half).map(({ value }, index) => ({ value, partition: index % 3 })),
      );
      await toHead(project);
      expect((await project.asof.stream(source).check()).partitions).toHaveLength(3);
      await expectOracle(project);
    }),
  );
});

function toHead({ source, asof }: Project) {
  return asof.stream(source).readToHead({ from: 'earliest' });
}

/** Reads half of the events, and deletes all but the last of the rest from Kafka before they are read. */
async function loseRecords(project: Project): Promise<void> {
  const { source, kafka } = project;
  await produce(
    kafka,
    source,
    events.slice(0, half).map(({ value }) => ({ value, partition: 0 })),
  );
  await toHead(project);
  await produce(
    kafka,
    source,
    events.slice(half).map(({ value }) => ({ value, partition: 0 })),
  );
  await withAdmin(kafka, async (admin) => {
    await admin.fetchTopicOffsets(source); // kafkajs deletes records only in topics whose metadata it knows
    await admin.deleteTopicRecords({
      topic: source,
      partitions: [{ partition: 0, offset: String(events.length - 1) }],
    });
  });
}
