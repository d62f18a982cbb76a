import { type WorkflowHandle, WorkflowNotFoundError } from '@temporalio/client';
import { type PartitionOffsets, partitionOffsets } from '../../adapters/kafka/topics.ts';
import { type Cursor, readCursors, readFirstOffsets } from '../../db/log/cursors.ts';
import { loadRegistry } from '../../db/registry/registry.ts';
import { AsofError } from '../../domain/errors/asof-error.ts';
import { ReadingRate, secondsToRead } from '../../domain/stream/reading-rate.ts';
import { streamWorkflowId } from '../../domain/workflow-ids.ts';
import type { StreamStatus } from '../../schemas/workflows/stream-features.ts';
import type { Connections } from '../shared/connections.ts';
import { type FollowOptions, workflowResult } from '../shared/follow-workflow.ts';
import { nextLook } from '../shared/next-look.ts';
import { pendingActivities } from '../shared/pending-activities.ts';
import { type StartedWorkflow, startWorkflow } from '../shared/start-workflow.ts';
import { ifAnswered, workflowStatus } from '../shared/workflow-status.ts';

const POLL_MS = 500;

/** How far a stream still has to read. */
export interface ReadingProgress {
  /** The number of offsets between the cursors and the heads as of the call. */
  readonly lag: number;
  /** The estimated number of seconds to the heads, at the recent rate. Null while unknown. */
  readonly secondsToHead: number | null;
  /** Why the last attempts of activities failed, while Temporal retries them. */
  readonly failures: readonly string[];
}

/** How to read a source to its head, and how to follow the work. */
export interface ReadToHeadOptions extends FollowOptions<ReadingProgress> {
  /**
   * Where to begin a source that was never read. Otherwise the stream resumes at its cursors. Default:
   * `latest`.
   */
  readonly from?: 'earliest' | 'latest' | undefined;
  /**
   * The number of activities that read in parallel, each its share of the partitions: 1 to 64. Default: 1.
   */
  readonly shards?: number | undefined;
  /** The greatest number of records in a micro-batch. Default: 100,000. */
  readonly maxRecords?: number | undefined;
}

/** Where the stream of a source began. */
export interface StreamBeginning {
  /** Whether the source had been read before the call. The option `from` then had no effect. */
  readonly resumed: boolean;
  /** The number of offsets that the topic holds before those at which the stream began. It never reads them. */
  readonly unread: number;
}

export async function readToHead(
  connections: Connections,
  source: string,
  { from = 'latest', shards, maxRecords, onProgress, signal }: ReadToHeadOptions,
): Promise<StreamBeginning> {
  const pool = await connections.pool();
  const { topic } = (await loadRegistry(pool)).source(source);
  const heads = await partitionOffsets(connections.kafka(), topic);
  const resumed = (await readCursors(pool, source)).length > 0;
  const temporal = await connections.temporal();
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
  return { resumed, unread: offsetsBefore(await readFirstOffsets(pool, source), heads) };
}

/** The number of offsets that a topic holds before the first ones that were read. */
function offsetsBefore(first: ReadonlyMap<number, bigint>, topic: readonly PartitionOffsets[]): number {
  return topic.reduce(
    (sum, { partition, low }) => sum + Math.max(0, Number((first.get(partition) ?? low) - low)),
    0,
  );
}

/** Waits until the workflow ends. A workflow that goes on is waited for until it has no lag. */
async function follow(
  workflow: StartedWorkflow<'streamFeatures'>,
  look: (failures: readonly string[]) => Promise<number>,
  signal: AbortSignal | undefined,
): Promise<void> {
  const { handle } = workflow;
  const ended = workflowResult(workflow).then(() => true);
  while (!(await Promise.race([ended, nextLook(handle, POLL_MS, signal)]))) {
    const lag = await look(await pendingFailures(handle));
    const state = (await workflowStatus<StreamStatus>(handle))?.state;
    if (state === 'paused') throw streamPaused(handle.workflowId);
    if (state !== 'waiting' && state !== 'following') continue;
    if (lag === 0) return void ended.catch(() => {});
    if (state === 'waiting') await triggerNow(handle);
  }
}

/** A workflow that has ended meanwhile needs no trigger. */
async function triggerNow(handle: WorkflowHandle): Promise<void> {
  await handle.signal('runNow').catch((error: unknown) => {
    if (!(error instanceof WorkflowNotFoundError)) throw error;
  });
}

async function pendingFailures(handle: WorkflowHandle): Promise<string[]> {
  const pending = (await ifAnswered(pendingActivities(handle))) ?? [];
  return pending.flatMap(({ activity, attempt, failure }) =>
    failure === null ? [] : [`${activity}, attempt ${attempt}: ${failure}`],
  );
}

/**
 * The number of offsets between the cursors and the heads. A partition without a cursor has its full length
 * if it is read from the earliest offset, else 0.
 */
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
