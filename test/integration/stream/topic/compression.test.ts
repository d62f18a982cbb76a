import kafkajs, { CompressionTypes } from 'kafkajs';
import { expect, test, vi } from 'vitest';
import { simulate } from '../../../../simulator/index.ts';
import { expectOracle } from '../../../support/expectations/expect-oracle.ts';
import { type Project, withProject } from '../../../support/projects/project.ts';
import { configureTopic } from '../../../support/projects/topic-settings.ts';

const events = [...simulate({ seed: 9, until: '2026-03-01T00:00:00Z', days: 1, users: 40 })];
const codecs = [
  { name: 'gzip', type: CompressionTypes.GZIP },
  { name: 'snappy', type: CompressionTypes.Snappy },
  { name: 'lz4', type: CompressionTypes.LZ4 },
  { name: 'zstd', type: CompressionTypes.ZSTD },
] as const;

/** A record that does not fit into one block of any codec. */
const large = {
  value: JSON.stringify({
    user_id: 'large',
    event_ts: '2026-02-28T12:00:00Z',
    session_id: Array.from({ length: 80_000 }, (_, index) => (index * 7919).toString(36)).join(' '),
  }),
  partition: 0,
};

test.each(codecs)('a stream reads batches that the broker compressed with $name', async ({ name, type }) => {
  await withProject({ source: { topicPartitions: 1 } }, (project) =>
    project.withWorkers(1, async () => {
      const decompress = vi.spyOn(
        kafkajs.CompressionCodecs[type]() as { decompress: () => unknown },
        'decompress',
      );
      await configureTopic(project, { 'compression.type': name });
      await send(project, CompressionTypes.None);
      await expectRead(project);
      expect(decompress).toHaveBeenCalled();
    }),
  );
});

test.each(codecs)('the broker reads batches that Asof compressed with $name', async ({ type }) => {
  await withProject({ source: { topicPartitions: 1 } }, (project) =>
    project.withWorkers(1, async () => {
      await configureTopic(project, { 'compression.type': 'uncompressed' });
      await send(project, type);
      await expectRead(project);
    }),
  );
});

/** Sends batches of one record, of some and of many, each compressed by the producer. */
async function send({ kafka, source }: Project, compression: CompressionTypes): Promise<void> {
  const producer = kafka.producer({ allowAutoTopicCreation: false });
  await producer.connect();
  const messages = events.map(({ value }) => ({ value, partition: 0 }));
  for (const batch of [messages.slice(0, 1), messages.slice(1, 20), messages.slice(20), [large]]) {
    await producer.send({ topic: source, messages: batch, compression });
  }
  await producer.disconnect();
}

async function expectRead(project: Project): Promise<void> {
  await project.asof.stream(project.source).readToHead({ from: 'earliest' });
  const { raw } = await expectOracle(project);
  expect(raw.length).toBeGreaterThan(events.length / 2);
}
