import { expect, test } from 'vitest';
import { streamWorkflowId } from '../../../client/stream-workflow.ts';
import { simulate } from '../../../simulator/index.ts';
import { kill, spawnWorker } from '../../support/asof.ts';
import { eventually } from '../../support/eventually.ts';
import { expectOracle } from '../../support/expect-oracle.ts';
import { produce } from '../../support/log.ts';
import { withProject, type Project } from '../../support/project.ts';

const KILLS = 10;

test('kill -9 of the worker ten times in mid-stream leaves a clean ledger and the rows of the oracle', async () => {
  await withProject({}, async (project) => {
    const { source, kafka } = project;
    await produce(kafka, source, [
      ...simulate({ seed: 11, until: '2026-03-01T00:00:00Z', days: 5, users: 250 }),
    ]);
    await project.withTemporal(async ({ client, taskQueue }) => {
      const stream = await client.workflow.start('streamFeatures', {
        ...{ workflowId: streamWorkflowId(source), taskQueue },
        args: [{ source, from: 'earliest', untilCaughtUp: true, maxRecords: 100 }],
      });
      let worker = await spawnWorker(project.environment);
      for (let kills = 0; kills < KILLS; kills += 1) {
        const standby = spawnWorker(project.environment);
        const before = await ledgerLength(project);
        await eventually('a micro-batch', async () => (await ledgerLength(project)) > before);
        await kill(worker);
        worker = await standby;
      }
      expect((await stream.describe()).status.name).toBe('RUNNING');
      await stream.result();
      await kill(worker);
    });
    await expectOracle(project);
  });
}, 300_000);

async function ledgerLength({ pool }: Project): Promise<number> {
  const { rows } = await pool.query<{ length: number }>(
    'SELECT count(*)::int AS length FROM asof.offset_ledger',
  );
  return rows[0]!.length;
}
