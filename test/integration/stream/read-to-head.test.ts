import { expect, test } from 'vitest';
import { readToHead } from '../../../client/read-to-head.ts';
import { simulate } from '../../../simulator/index.ts';
import { expectOracle } from '../../support/expect-oracle.ts';
import { produce } from '../../support/log.ts';
import { withProject } from '../../support/project.ts';

const shop = [...simulate({ seed: 7, until: '2026-03-01T00:00:00Z', days: 3, users: 80, denseDays: 1 })];

test('the stream turns a topic into the rows that the oracle computes from its log', async () => {
  await withProject({}, async (project) => {
    const { source, pool, kafka } = project;
    await produce(kafka, source, shop);
    await project.withWorkers(1, () =>
      project.withTemporal((temporal) => readToHead(temporal, pool, kafka, source, { from: 'earliest' })),
    );
    const { raw, deadLetters, late } = await expectOracle(project);
    expect(raw.length + deadLetters.length).toBe(shop.length);
    expect(deadLetters.length).toBeGreaterThan(0);
    expect(late.length).toBeGreaterThan(0);
  });
});

test('a topic that is not keyed by the user, read by two workers, gives the same rows', async () => {
  await withProject({ topicPartitions: 5 }, async (project) => {
    const { source, pool, kafka } = project;
    await produce(
      kafka,
      source,
      shop.map(({ value }, index) => ({ value, partition: index % 5 })),
    );
    await project.withWorkers(2, () =>
      project.withTemporal((temporal) =>
        readToHead(temporal, pool, kafka, source, { from: 'earliest', shards: 5, maxRecords: 200 }),
      ),
    );
    await expectOracle(project);
    const { rows } = await pool.query<{ writes: number }>('SELECT count(*)::int AS writes FROM asof.writes');
    expect(rows[0]!.writes).toBeGreaterThan(5);
  });
});
