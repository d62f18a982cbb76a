import { expect, test } from 'vitest';
import type { StreamTableDefinition } from '../../../domain/registry/definition.ts';
import { userActivityFeatures } from '../../../examples/churn/definitions/user-activity-features.ts';
import { simulate } from '../../../simulator/index.ts';
import { EXAMPLE, MINUTE } from '../../oracle/log.ts';
import { oracle } from '../../oracle/oracle.ts';
import { eventually } from '../../support/expectations/eventually.ts';
import { expectOracle } from '../../support/expectations/expect-oracle.ts';
import { readWindows, windowDifferences } from '../../support/expectations/tables.ts';
import { produce, readLog } from '../../support/projects/log.ts';
import { withProject } from '../../support/projects/project.ts';

const shop = [...simulate({ seed: 7, until: '2026-03-01T00:00:00Z', days: 3, users: 80, denseDays: 1 })];

test('the stream turns a topic into the rows that the oracle computes from its log', async () => {
  await withProject({}, async (project) => {
    const { source, kafka } = project;
    await produce(kafka, source, shop);
    await project.withWorkers(1, () => project.asof.stream(source).readToHead({ from: 'earliest' }));
    const { raw, deadLetters, late } = await expectOracle(project);
    expect(raw.length + deadLetters.length).toBe(shop.length);
    expect(deadLetters.length).toBeGreaterThan(0);
    expect(late.length).toBeGreaterThan(0);
  });
});

test('a read says whether the option from had an effect, and how much of the topic is never read', async () => {
  await withProject({ source: { topicPartitions: 2 } }, (project) =>
    project.withWorkers(1, async () => {
      const { source, kafka } = project;
      const stream = project.asof.stream(source);
      await produce(kafka, source, shop.slice(0, 40));
      expect(await stream.readToHead()).toEqual({ resumed: false, unread: 40 });
      await produce(kafka, source, shop.slice(40, 60));
      expect(await stream.readToHead({ from: 'earliest' })).toEqual({ resumed: true, unread: 40 });
      const { clean, partitions } = await stream.check();
      expect(clean).toBe(true);
      expect(partitions.reduce((sum, { raw, deadLetters }) => sum + raw + deadLetters, 0)).toBe(20);
    }),
  );
});

test('a topic that is not keyed by the user, read by two workers, gives the same rows', async () => {
  await withProject({ source: { topicPartitions: 5 } }, async (project) => {
    const { source, pool, kafka } = project;
    await produce(
      kafka,
      source,
      shop.map(({ value }, index) => ({ value, partition: index % 5 })),
    );
    await project.withWorkers(2, () =>
      project.asof.stream(source).readToHead({ from: 'earliest', shards: 5, maxRecords: 200 }),
    );
    await expectOracle(project);
    const { rows } = await pool.query<{ writes: number }>('SELECT count(*)::int AS writes FROM asof.writes');
    expect(rows[0]!.writes).toBeGreaterThan(5);
  });
});

test('one read of a source feeds a second stream table too', async () => {
  const halfHours: StreamTableDefinition = {
    ...userActivityFeatures.definition,
    name: 'half_hours',
    window: { length: '30 minutes', slide: '10 minutes' },
  };
  await withProject({ tables: [halfHours] }, async (project) => {
    const { source, pool, kafka } = project;
    await produce(kafka, source, shop);
    await project.withWorkers(1, () => project.asof.stream(source).readToHead({ from: 'earliest' }));
    const options = { ...EXAMPLE, length: 30n * MINUTE, slide: 10n * MINUTE };
    const expected = oracle(await readLog(kafka, source), options);
    expect(expected.windows.size).toBeGreaterThan(1000);
    expect(windowDifferences(await readWindows(pool, 'half_hours'), expected).slice(0, 5)).toEqual([]);
    expect((await project.asof.stream(source).check()).violations).toEqual([]);
  });
});

test('a read outlasts a time in which no worker answers', async () => {
  await withProject({}, async (project) => {
    const { source, kafka } = project;
    await produce(kafka, source, shop.slice(0, 300));
    let looks = 0;
    const onProgress = (): void => void (looks += 1);
    const reading = project.asof.stream(source).readToHead({ from: 'earliest', onProgress });
    // The second look comes after a status query that no worker has answered.
    await eventually('a second look', () => Promise.resolve(looks >= 2));
    await project.withWorkers(1, () => reading);
    await expectOracle(project);
  });
});
