import { expect, test } from 'vitest';
import { streamWorkflowId } from '../../../client/stream-workflow.ts';
import { killServer, stackUp } from '../../../stack/index.ts';
import { Crew } from '../../support/faults/crew.ts';
import { killPoints, type Doom } from '../../support/faults/kill-points.ts';
import { randomLog } from '../../support/faults/random-log.ts';
import { eventually } from '../../support/eventually.ts';
import { produce } from '../../support/log.ts';
import { withProject, type Project } from '../../support/project.ts';
import { streamDifferences } from '../../support/stream-differences.ts';

const SEED = Number(process.env.ASOF_FAULT_SEED ?? Date.now() % 1_000_000);
const PARTITIONS = 4;

test(`workers killed at ten named points, Postgres and Kafka killed in mid-stream (ASOF_FAULT_SEED=${SEED}): the oracle's rows`, async () => {
  process.stderr.write(`faults: ASOF_FAULT_SEED=${SEED}\n`);
  await withProject({ source: { topicPartitions: PARTITIONS } }, async (project) => {
    const { source, kafka, environment } = project;
    const log = randomLog(SEED, PARTITIONS, { users: 60, days: 1 });
    await produce(kafka, source, log);
    const dooms: Doom[] = killPoints.map((point) => ({ point, nth: 1 + (SEED % 2) }));
    const crew = new Crew({ environment, size: 2, nextDoom: () => dooms.shift() });
    try {
      await project.withTemporal(async ({ client, taskQueue }) => {
        const stream = await client.workflow.start('streamFeatures', {
          ...{ workflowId: streamWorkflowId(source), taskQueue },
          args: [{ source, from: 'earliest', shards: 3, maxRecords: 20, untilCaughtUp: true }],
        });
        await eventually('four kills', () => Promise.resolve(crew.kills >= 4), 120_000);
        await restart('timescaledb', project);
        await eventually('seven kills', () => Promise.resolve(crew.kills >= 7), 120_000);
        await restart('kafka', project);
        await stream.result();
      });
    } finally {
      await crew.dismiss();
    }
    expect(new Set(crew.deaths.keys())).toEqual(new Set(killPoints));
    expect(await streamDifferences(project)).toEqual({ ledger: [], rows: [] });
  });
}, 600_000);

/** `kill -9` and a new start, while the stream is in the middle of its log. */
async function restart(server: 'timescaledb' | 'kafka', project: Project): Promise<void> {
  expect((await streamDifferences(project)).ledger.join()).toMatch(/lag/);
  killServer(server);
  await stackUp({ progress: () => {}, servers: [server] });
}
