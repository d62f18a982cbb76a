import { setTimeout as delay } from 'node:timers/promises';
import type { WorkflowHandle } from '@temporalio/client';
import { type PartitionOffsets, partitionOffsets } from '../../adapters/kafka/topics.ts';
import { type Cursor, readCursors } from '../../db/log/cursors.ts';
import { loadRegistry } from '../../db/registry/registry.ts';
import { AsofError } from '../../domain/errors/asof-error.ts';
import { ReadingRate, secondsToRead } from '../../domain/stream/reading-rate.ts';
import { streamWorkflowId } from '../../domain/workflow-ids.ts';
import type { StreamStatus } from '../../schemas/workflows/stream-features.ts';
import { type FollowOptions, workflowResult } from '../shared/follow-workflow.ts';
import { type StartedWorkflow, startWorkflow } from '../shared/start-workflow.ts';
import type { Systems } from '../shared/systems.ts';

const POLL_MS = 500;

/** How far a stream has to read, each time it is looked at. */
export interface ReadingProgress {
  /** Records between the cursors and the head that is read to. */
  readonly lag: number;
  /** In how many seconds the head will be reached at the rate of late; null while unknown. */
  readonly secondsToHead: number | null;
  /** Why an activity's last attempt failed, while Temporal tries it again. */
  readonly failures: readonly string[];
}

/** How to read a source to its head, and how to follow the work. */
export interface ReadToHeadOptions extends FollowOptions<ReadingProgress> {
  /** Where a source that was never read begins; one that was goes on from its cursors. Default: `latest`. */
  readonly from?: 'earliest' | 'latest' | undefined;
  /** How many activities read side by side, each a share of the partitions; at most 64. Default: 1. */
  readonly shards?: number | undefined;
  /** How many records a micro-batch has at most. Default: 100,000. */
  readonly maxRecords?: number | undefined;
}

export async function readToHead(
  systems: Systems,
  source: string,
  { from = 'latest', shards, maxRecords, onProgress, signal }: ReadToHeadOptions,
): Promise<void> {
  const pool = await systems.pool();
  const { topic } = (await loadRegistry(pool)).source(source);
  const heads = await partitionOffsets(systems.kafka(), topic);
  const temporal = await systems.temporal();
  const rate = new ReadingRate();
  let last: number | undefined;
  const look = async (failures: readonly string[]): Promise<number> => {
    const lag = lagBehind(heads, await readCursors(pool, source), from);
    rate.add(Date.now(), (last ?? lag) - lag);
    last = lag;
    onProgress?.({ lag, secondsToHead: secondsToRead(lag, rate.perSecond), failures });
    return lag;
  };
  do {
    const workflow = await startWorkflow(temporal, {
      type: 'streamFeatures',
      workflowId: streamWorkflowId(source),
      input: { source, from, untilCaughtUp: true, shards, maxRecords },
      summary: `stream of ${source}, until caught up`,
      whileRunning: 'join',
    });
    await follow(workflow, look, signal);
  } while ((await look([])) > 0);
}

/** Waits until the workflow ends or, where it is one that goes on, has no lag left. */
async function follow(
  workflow: StartedWorkflow<'streamFeatures'>,
  look: (failures: readonly string[]) => Promise<number>,
  signal: AbortSignal | undefined,
): Promise<void> {
  const { handle } = workflow;
  const ended = workflowResult(workflow).then(() => true);
  while (!(await Promise.race([ended, delay(POLL_MS, false, { signal })]))) {
    const lag = await look(await pendingFailures(handle));
    const { state } = await handle.query<StreamStatus>('status');
    if (state === 'paused') throw streamPaused(handle.workflowId);
    if (state !== 'waiting' && state !== 'following') continue;
    if (lag === 0) return void ended.catch(() => {});
    if (state === 'waiting') await handle.signal('runNow');
  }
}

async function pendingFailures(handle: WorkflowHandle): Promise<string[]> {
  const { raw } = await handle.describe();
  return (raw.pendingActivities ?? []).flatMap(({ activityType, attempt, lastFailure }) =>
    lastFailure?.message ? [`${activityType?.name}, attempt ${attempt}: ${lastFailure.message}`] : [],
  );
}

/** Records between the cursors and the heads; partitions without a cursor count whole if they will be read whole. */
function lagBehind(
  heads: readonly PartitionOffsets[],
  cursors: readonly Cursor[],
  from: 'earliest' | 'latest',
): number {
  return heads.reduce((lag, { partition, low, high }) => {
    const cursor = cursors.find((candidate) => candidate.partition === partition);
    const next = cursor?.nextOffset ?? (from === 'earliest' ? low : high);
    return lag + Math.max(0, Number(high - next));
  }, 0);
}

function streamPaused(workflowId: string): AsofError {
  return new AsofError('ASOF_STREAM_PAUSED', `workflow ${workflowId} is paused; signal resume first`, {
    details: { workflowId },
  });
}
