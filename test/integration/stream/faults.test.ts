import { expect, test } from 'vitest';
import { streamWorkflowId } from '../../../client/stream-workflow.ts';
import { killServer, stackUp } from '../../../stack/index.ts';
import { eventually } from '../../support/eventually.ts';
import { Crew } from '../../support/faults/crew.ts';
import { killPoints, type Doom } from '../../support/faults/kill-points.ts';
import { randomDay } from '../../support/faults/random-log.ts';
import { produce } from '../../support/log.ts';
import { withProject } from '../../support/project.ts';
import { streamDifferences } from '../../support/stream-differences.ts';

const SEED = Number(process.env.ASOF_FAULT_SEED ?? Date.now() % 1_000_000);
const PARTITIONS = 4;
const dooms: readonly Doom[] = [
  ...killPoints.map((point) => ({ point, nth: 1 + (SEED % 2) })),
  { point: 'while reading', nth: 3 },
];

test(`workers killed ten times at named points, Postgres and Kafka killed in mid-stream (ASOF_FAULT_SEED=${SEED}): the oracle's rows`, async () => {
  process.stderr.write(`faults: ASOF_FAULT_SEED=${SEED}\n`);
  await withProject({ source: { topicPartitions: PARTITIONS } }, async (project) => {
    const { source, pool, kafka, environment } = project;
    let sent = 0;
    let days = 0;
    const send = async (): Promise<void> => {
      const records = randomDay(SEED, days, PARTITIONS, 20);
      await produce(kafka, source, records);
      days += 1;
      sent += records.length;
    };
    const isAtHead = async (): Promise<boolean> => {
      const { rows } = await pool.query<{ read: number }>(
        'SELECT coalesce(sum(next_offset), 0)::int AS read FROM asof.stream_cursors',
      );
      return rows[0]!.read === sent;
    };
    const crew = new Crew({
      environment,
      size: 2,
      dooms,
    });
    /** As much of a stream as it takes: a worker dies only where it has something to do. */
    const kills = (count: number): Promise<boolean> =>
      eventually(
        `${count} kills`,
        async () => {
          if (crew.kills >= count) return true;
          if (await isAtHead()) await send();
          return false;
        },
        240_000,
      );
    /** `kill -9` and a new start, with records still to read. */
    const restart = async (server: 'timescaledb' | 'kafka'): Promise<void> => {
      await send();
      killServer(server);
      await stackUp({ progress: () => {}, servers: [server] });
    };
    try {
      await send();
      await project.withTemporal(async ({ client, taskQueue }) => {
        const stream = await client.workflow.start('streamFeatures', {
          ...{ workflowId: streamWorkflowId(source), taskQueue },
          args: [{ source, from: 'earliest', shards: 3, maxRecords: 20, trigger: '1 second' }],
        });
        await kills(4);
        await restart('timescaledb');
        await kills(7);
        await restart('kafka');
        await kills(dooms.length);
        await stream.signal('drain');
        await stream.result();
      });
    } finally {
      await crew.dismiss();
    }
    expect(new Set(crew.deaths.keys())).toEqual(new Set(killPoints));
    expect(await streamDifferences(project)).toEqual({ ledger: [], rows: [] });
  });
}, 900_000);
