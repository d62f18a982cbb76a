import { expect, test } from 'vitest';
import { expectOracle } from '../../../support/expectations/expect-oracle.ts';
import { produce } from '../../../support/projects/log.ts';
import { type Project, withProject } from '../../../support/projects/project.ts';
import { configureTopic } from '../../../support/projects/topic-settings.ts';

const MEBIBYTE = 1024 * 1024;

test('records without a value or with a schema-registry prefix become dead letters, beside empty partitions', async () => {
  await withProject({ source: { topicPartitions: 3 } }, (project) =>
    project.withWorkers(1, async () => {
      const { kafka, pool, source } = project;
      const avro = Buffer.concat([Buffer.from([0, 0, 0, 0, 7]), Buffer.from('\x02a')]);
      await produce(kafka, source, [
        { value: null, key: 'a', partition: 1 },
        { value: avro, partition: 1 },
        { value: event('a'), partition: 1 },
      ]);
      await toHead(project);
      const { rows } = await pool.query(
        'SELECT kafka_offset::int AS offset, value, reason, detail FROM events.dead_letters ORDER BY kafka_offset',
      );
      expect(rows).toEqual([
        {
          offset: 0,
          value: null,
          reason: 'no_value',
          detail: expect.stringContaining('tombstone') as string,
        },
        {
          offset: 1,
          value: avro,
          reason: 'schema_registry_prefix',
          detail: expect.stringContaining('schema-registry') as string,
        },
      ]);
      await expectOracle(project);
    }),
  );
});

test('records that are larger than a fetch and than a micro-batch are read', async () => {
  await withProject({ source: { topicPartitions: 1 } }, (project) =>
    project.withWorkers(1, async () => {
      const { kafka, source } = project;
      await configureTopic(project, { 'max.message.bytes': String(64 * MEBIBYTE) });
      const padding = 'x'.repeat(12 * MEBIBYTE);
      for (const value of [event('small'), event('large', { padding }), padding, event('after')]) {
        await produce(kafka, source, [{ value, partition: 0 }]);
      }
      await project.withTemporal(({ client, taskQueue }) =>
        client.workflow.execute('streamFeatures', {
          workflowId: `large-${source}`,
          taskQueue,
          args: [{ source, from: 'earliest', untilCaughtUp: true, maxBytes: MEBIBYTE }],
        }),
      );
      const { raw, deadLetters } = await expectOracle(project);
      expect([raw.length, deadLetters.length]).toEqual([3, 1]);
    }),
  );
});

function toHead({ source, asof }: Project) {
  return asof.stream(source).readToHead({ from: 'earliest' });
}

function event(user: string, more: object = {}) {
  return JSON.stringify({ user_id: user, event_ts: '2026-03-01T10:00:00Z', ...more });
}
