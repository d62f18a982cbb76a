import type { WorkflowHandle } from '@temporalio/client';
import { expect, test } from 'vitest';
import { partitionOffsets, withAdmin } from '../../../adapters/kafka/topics.ts';
import { streamWorkflowId } from '../../../domain/workflow-ids.ts';
import type { StreamFeaturesInput, StreamStatus } from '../../../schemas/workflows/stream-features.ts';
import { simulate } from '../../../simulator/index.ts';
import { eventually } from '../../support/expectations/eventually.ts';
import { expectOracle } from '../../support/expectations/expect-oracle.ts';
import { produce } from '../../support/projects/log.ts';
import { type Project, type ProjectOverrides, withProject } from '../../support/projects/project.ts';

const events = [...simulate({ seed: 15, until: '2026-03-01T00:00:00Z', days: 1, users: 40 })];

test('a stream without a trigger commits records as they come, and a drain ends it at the head', async () => {
  await withStream({}, {}, async (project, stream) => {
    const { source, kafka, pool } = project;
    await eventually('the head', async () => (await status(stream)).state === 'following');
    for (let index = 0; index < 3; index += 1) {
      await produce(kafka, source, part(index));
      await arrival(project);
    }
    const { rows } = await pool.query<{ writes: number }>('SELECT count(*)::int AS writes FROM asof.writes');
    expect(rows[0]!.writes).toBeGreaterThanOrEqual(3);
    await project.asof.stream(source).readToHead({ from: 'earliest' });
    expect((await stream.describe()).status.name).toBe('RUNNING');

    await produce(kafka, source, part(3));
    await stream.signal('drain');
    const end = (await stream.result()) as StreamStatus;
    expect(end).toMatchObject({
      state: 'done',
      lag: 0,
      secondsToHead: 0,
      totals: { records: events.length },
    });
    expect(end.newestRecordAt).toMatch(/^\d{4}-.*Z$/);
    await expectOracle(project);
  });
});

test('a pause ends the activities that follow the head, and the stream reads nothing until it resumes', async () => {
  await withStream({}, { shards: 2 }, async (project, stream) => {
    const { source, kafka } = project;
    await produce(kafka, source, part(0));
    await arrival(project);
    await stream.signal('pause');
    await eventually('the pause', async () => (await status(stream)).state === 'paused');
    expect((await stream.describe()).raw.pendingActivities).toEqual([]);
    await produce(kafka, source, part(1));
    expect((await status(stream)).totals.records).toBe(part(0).length);
    expect(await committed(project)).toBe(part(0).length);
    await stream.signal('resume');
    await arrival(project);
    await stream.signal('pause');
    await stream.signal('drain');
    expect(await stream.result()).toMatchObject({ state: 'done' });
    await expectOracle(project);
  });
});

test('a pause far from the head stops the stream after the commit that is running', async () => {
  const trigger = '1 hour';
  await withStream({}, { trigger, maxRecords: 1 }, async (project, stream) => {
    const { source, kafka } = project;
    await produce(kafka, source, events.slice(0, 600));
    await stream.signal('runNow');
    await eventually('a first commit', async () => (await committed(project)) > 0);
    await stream.signal('pause');
    await eventually('the pause', async () => (await status(stream)).state === 'paused');
    const { totals, lag } = await status(stream);
    expect(await committed(project)).toBe(totals.records);
    expect(lag).toBe(600 - totals.records);
    await stream.terminate();
  });
});

test.each(['0 seconds', '200 milliseconds'])(
  'partitions that are added to a running stream are read from their first record, with a trigger of %s',
  async (trigger) => {
    await withStream({ source: { topicPartitions: 1 } }, { trigger }, async (project, stream) => {
      const { source, kafka } = project;
      await produce(kafka, source, part(0));
      await arrival(project);
      await withAdmin(kafka, (admin) =>
        admin.createPartitions({ topicPartitions: [{ topic: source, count: 3 }] }),
      );
      await produce(
        kafka,
        source,
        part(1).map(({ value }, index) => ({ value, partition: index % 3 })),
      );
      await arrival(project);
      await stream.signal('drain');
      await stream.result();
      await expectOracle(project);
    });
  },
);

function part(index: number) {
  return events.slice((index * events.length) / 4, ((index + 1) * events.length) / 4);
}

function status(stream: WorkflowHandle) {
  return stream.query<StreamStatus>('status');
}

/**
 * Waits until everything that the topic holds is committed, and resolves to the number of records. The heads
 * determine this number, because a producer that retries can send a record twice.
 */
function arrival(project: Project): Promise<number | false> {
  return eventually('the records', async () => {
    const heads = (await partitionOffsets(project.kafka, project.source)).map(({ high }) => Number(high));
    const records = heads.reduce((sum, head) => sum + head, 0);
    return (await committed(project)) === records && records;
  });
}

/** Runs `work` beside a stream on a new project with a worker. */
async function withStream(
  overrides: ProjectOverrides,
  input: Partial<StreamFeaturesInput>,
  work: (project: Project, stream: WorkflowHandle) => Promise<void>,
): Promise<void> {
  await withProject(overrides, (project) =>
    project.withWorkers(1, () =>
      project.withTemporal(async ({ client, taskQueue }) => {
        const { source } = project;
        const stream = await client.workflow.start('streamFeatures', {
          workflowId: streamWorkflowId(source),
          taskQueue,
          args: [{ source, from: 'earliest', trigger: '0 seconds', ...input }],
        });
        await work(project, stream);
      }),
    ),
  );
}

async function committed({ pool }: Project): Promise<number> {
  const { rows } = await pool.query<{ records: number }>(
    'SELECT coalesce(sum(to_offset - from_offset), 0)::int AS records FROM asof.offset_ledger',
  );
  return rows[0]!.records;
}
