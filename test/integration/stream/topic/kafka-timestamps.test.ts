import { expect, test } from 'vitest';
import { rowsBefore } from '../../../../db/retention/source.ts';
import { fromMillis } from '../../../../domain/time/instant.ts';
import { EXAMPLE } from '../../../oracle/log.ts';
import { expectOracle } from '../../../support/expectations/expect-oracle.ts';
import { produce } from '../../../support/projects/log.ts';
import { type Project, withProject } from '../../../support/projects/project.ts';
import { configureTopic } from '../../../support/projects/topic-settings.ts';

const MOMENT = Date.parse('2026-03-01T10:00:00Z');
const HOUR = 3_600_000;

/** What producers make of a Kafka timestamp: none, seconds, none, milliseconds, and an hour too late. */
const timestamps = ['-1', String(MOMENT / 1000), '-1', String(MOMENT), String(MOMENT + HOUR)];

test('records with a Kafka timestamp that nobody can believe are dead letters until the source ignores them', async () => {
  await withProject({ source: { topicPartitions: 1 } }, (project) =>
    project.withWorkers(1, async () => {
      const { asof, source } = project;
      await send(project);
      await asof.stream(source).readToHead({ from: 'earliest' });
      await expectOracle(project);
      const { reasons, deadLetters } = await asof.stream(source).deadLetters.list();
      expect(reasons).toEqual([
        { reason: 'no_kafka_time', count: 2 },
        { reason: 'early_kafka_time', count: 1 },
      ]);
      expect(deadLetters.map(({ kafkaTs }) => kafkaTs)).toEqual(['1970-01-21T12:19:19.200000Z', null, null]);
      for (const { detail } of deadLetters) expect(detail).toContain("kafkaTimestamps: 'ignore'");
      await expectKept(project);

      await ignoreKafkaTimestamps(project);
      const replayed = await asof.stream(source).deadLetters.replay();
      expect(replayed).toMatchObject({ replayed: 3, remaining: 0 });
      await send(project);
      await asof.stream(source).readToHead();
      const stored = await kafkaTimestamps(project);
      expect(stored.map((kafkaTs) => kafkaTs?.getTime() ?? null)).toEqual([
        ...[null, null, null, MOMENT, MOMENT + HOUR],
        ...timestamps.map(() => null),
      ]);
      expect((await asof.stream(source).check()).violations).toEqual([]);
    }),
  );
});

test('a source that ignores Kafka timestamps takes the same events whatever they are', async () => {
  await withProject({ source: { topicPartitions: 1, kafkaTimestamps: 'ignore' } }, (project) =>
    project.withWorkers(1, async () => {
      await send(project);
      await project.asof.stream(project.source).readToHead({ from: 'earliest' });
      const { raw } = await expectOracle(project, { ...EXAMPLE, ignoresKafkaTimestamps: true });
      expect(raw).toHaveLength(timestamps.length);
    }),
  );
});

/** Retention takes a dead letter for as old as its write where its Kafka timestamp says nothing. */
async function expectKept({ asof, pool, source }: Project): Promise<void> {
  const definition = (await asof.definitions()).find(({ name }) => name === source);
  if (definition?.kind !== 'event_source') throw new Error('the source is not registered');
  const count = async (cutoff: number): Promise<number> =>
    (await pool.query(rowsBefore(definition, 'deadLetters', fromMillis(cutoff)))).rows.length;
  expect(await count(Date.now() - 600_000)).toBe(0);
  expect(await count(Date.now() + 600_000)).toBe(3);
}

async function ignoreKafkaTimestamps({ asof }: Project): Promise<void> {
  const definitions = await asof.definitions();
  await asof.apply(
    definitions.map((definition) =>
      definition.kind === 'event_source' ? { ...definition, kafkaTimestamps: 'ignore' } : definition,
    ),
  );
}

async function send(project: Project): Promise<void> {
  await configureTopic(project, { 'message.timestamp.type': 'CreateTime', 'retention.ms': '-1' });
  const value = JSON.stringify({ user_id: 'a', event_ts: new Date(MOMENT).toISOString() });
  const messages = timestamps.map((timestamp) => ({ timestamp, value, partition: 0 }));
  for (const message of messages) await produce(project.kafka, project.source, [message]);
}

async function kafkaTimestamps({ pool, source }: Project): Promise<(Date | null)[]> {
  const { rows } = await pool.query<{ kafka_ts: Date | null }>(
    `SELECT kafka_ts FROM events."${source.replaceAll('-', '_')}" ORDER BY kafka_offset`,
  );
  return rows.map(({ kafka_ts }) => kafka_ts);
}
