import { expect, test } from 'vitest';
import { streamWorkflowId } from '../../../client/stream-workflow.ts';
import { simulate } from '../../../simulator/index.ts';
import { eventually } from '../../support/eventually.ts';
import { expectOracle } from '../../support/expect-oracle.ts';
import { produce } from '../../support/log.ts';
import { ownBroker } from '../../support/own-broker.ts';
import { withProject, type Project } from '../../support/project.ts';

const events = [...simulate({ seed: 5, until: '2026-03-01T00:00:00Z', days: 2, users: 120 })];

async function rawCount({ pool, source }: Project): Promise<number> {
  const { rows } = await pool.query<{ count: number }>(
    `SELECT count(*)::int AS count FROM events."${source.replaceAll('-', '_')}"`,
  );
  return rows[0]!.count;
}

test('a broker that goes away in mid-stream and comes back leaves no trace in the rows', async () => {
  const broker = await ownBroker();
  try {
    await broker.start();
    await withProject({ kafka: { brokers: broker.brokers } }, (project) =>
      project.withWorkers(1, () =>
        project.withTemporal(async ({ client, taskQueue }) => {
          const { source, kafka } = project;
          await produce(kafka, source, events);
          const stream = await client.workflow.start('streamFeatures', {
            ...{ workflowId: streamWorkflowId(source), taskQueue },
            args: [{ source, from: 'earliest', trigger: '1 second', maxRecords: 50 }],
          });
          await eventually('a micro-batch', async () => (await rawCount(project)) > 0);
          await broker.stop();
          expect(await rawCount(project)).toBeLessThan(events.length / 2);
          await eventually('an attempt that fails', async () => {
            const { raw } = await stream.describe();
            return raw.pendingActivities?.some(({ lastFailure }) => lastFailure?.message);
          });
          await broker.start();
          await produce(kafka, source, events.slice(0, 10));
          await stream.signal('drain');
          await stream.result();
          await expectOracle(project);
        }),
      ),
    );
  } finally {
    await broker.remove();
  }
}, 300_000);
