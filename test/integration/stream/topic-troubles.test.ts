import { expect, test } from 'vitest';
import { deleteTopics, ensureTopic, withAdmin } from '../../../adapters/kafka/topics.ts';
import { checkStream } from '../../../client/check-stream.ts';
import { readToHead } from '../../../client/read-to-head.ts';
import { simulate } from '../../../simulator/index.ts';
import { produce } from '../../support/log.ts';
import { withProject, type Project } from '../../support/project.ts';

const events = [...simulate({ seed: 9, until: '2026-03-01T00:00:00Z', days: 1, users: 20 })];
const half = Math.floor(events.length / 2);

const toHead = ({ source, pool, kafka, ...project }: Project) =>
  project.withTemporal((temporal) => readToHead(temporal, pool, kafka, source, { from: 'earliest' }));

/** Reads half of the events, then has Kafka delete all but the last of the rest before they are read. */
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
    await admin.fetchTopicOffsets(source); // kafkajs deletes records only of topics whose metadata it has met
    await admin.deleteTopicRecords({
      topic: source,
      partitions: [{ partition: 0, offset: String(events.length - 1) }],
    });
  });
}

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

test('a source that is told to go on records the loss in the ledger', async () => {
  await withProject({ source: { topicPartitions: 1, onDataLoss: 'continue' } }, (project) =>
    project.withWorkers(1, async () => {
      await loseRecords(project);
      await toHead(project);
      const { clean, partitions } = await checkStream(project.pool, project.kafka, project.source);
      expect(clean).toBe(true);
      expect(partitions[0]).toMatchObject({
        lost: events.length - 1 - half,
        toOffset: String(events.length),
        lag: 0,
      });
    }),
  );
});

test('a topic that was made again stops the stream', async () => {
  await withProject({ source: { topicPartitions: 1 } }, (project) =>
    project.withWorkers(1, async () => {
      const { source, kafka } = project;
      await produce(kafka, source, events);
      await toHead(project);
      await deleteTopics(kafka, [source]);
      await ensureTopic(kafka, source, 1);
      await expect(toHead(project)).rejects.toThrow(/the topic was deleted and made again/);
    }),
  );
});

test('a topic that is missing stops the stream', async () => {
  await withProject({}, (project) =>
    project.withWorkers(1, async () => {
      await deleteTopics(project.kafka, [project.source]);
      await expect(toHead(project)).rejects.toThrow(/Kafka has no topic .*npx asof apply/);
    }),
  );
});
