import { writeEvents } from '../../adapters/kafka/event-writer.ts';
import { streamWorkflowId } from '../../domain/workflow-ids.ts';
import { userEvents } from '../../examples/churn/definitions/user-events.ts';
import { stackUp } from '../../stack/index.ts';
import type { Progress } from '../../stack/progress.ts';
import { machine } from '../measure/machine.ts';
import { count, markdownTable } from '../measure/markdown.ts';
import { mostResidentMiB, residentMiB } from '../measure/memory.ts';
import type { Results } from '../measure/results.ts';
import { kafkaClient, withAsofProject } from '../stream/asof/project.ts';
import { withWorkerProcesses } from '../stream/asof/workers.ts';
import { withTopic } from '../stream/topic.ts';
import { HeartbeatWatch, type Heartbeats } from './heartbeats.ts';
import { type WideShape, wideEvents, wideTable } from './wide-table.ts';

interface WideRun {
  readonly seconds: number;
  readonly rows: number;
  readonly mostMemoryMiB: number;
  readonly heartbeats: Heartbeats;
}

/** Measures the memory and the heartbeats of one worker that reads a wide table's events. */
export async function wide(shape: WideShape, progress: Progress, signal: AbortSignal): Promise<Results> {
  await stackUp({ progress, signal });
  const topic = `bench-wide-${process.pid}`;
  const run = await withTopic(topic, async () => {
    await writeEvents(kafkaClient(), topic, wideEvents(shape));
    return measure(topic, shape, progress, signal);
  });
  return results(shape, run);
}

async function measure(
  topic: string,
  { features, users }: WideShape,
  progress: Progress,
  signal: AbortSignal,
): Promise<WideRun> {
  return withAsofProject(
    topic,
    ({ source, asof, pool, environment, withTemporal }) =>
      withWorkerProcesses(1, environment, ([pid]) =>
        withTemporal(async ({ client }) => {
          const heartbeats = new HeartbeatWatch(client.workflow.getHandle(streamWorkflowId(source)));
          const startedAt = performance.now();
          let said = 0;
          const onProgress = ({ lag }: { lag: number }): void => {
            if (Date.now() - said < 10_000) return;
            said = Date.now();
            progress(`wide: ${count(lag)} events to go, ${residentMiB([pid!])} MiB`);
          };
          await asof.stream(source).readToHead({ from: 'earliest', onProgress, signal });
          const seconds = (performance.now() - startedAt) / 1000;
          const mostMemoryMiB = mostResidentMiB(pid!);
          const { rows } = await pool.query<{ rows: number; users: number }>(
            'SELECT count(*)::float8 AS rows, count(DISTINCT user_id)::float8 AS users FROM features.wide_features',
          );
          if (rows[0]!.rows !== users * 96 || rows[0]!.users !== users)
            throw new Error(
              `expected ${users * 96} rows of ${users} users, found ${JSON.stringify(rows[0])}`,
            );
          return { seconds, rows: rows[0]!.rows, mostMemoryMiB, heartbeats: await heartbeats.stop() };
        }),
      ),
    (source) => [
      { ...userEvents.definition, name: source },
      { ...wideTable(features), source },
    ],
  );
}

function results({ features, users }: WideShape, run: WideRun): Results {
  const { mostMemoryMiB, heartbeats, seconds, rows } = run;
  return {
    name: 'wide',
    markdown: [
      `${count(features)} features over a day every 15 minutes, ${count(users)} users with one event each, one worker:`,
      '',
      markdownTable(
        ['', 'measured'],
        [
          ['rows', count(rows)],
          ['seconds', seconds.toFixed(1)],
          ['memory of the worker at most, MiB', count(mostMemoryMiB)],
          ['longest time without a heartbeat, s', heartbeats.longestGap.toFixed(1)],
          ['attempts of activities that were taken for dead', String(heartbeats.missed)],
        ],
      ),
    ].join('\n'),
    figures: { machine: machine(), features, users, ...run },
  };
}
