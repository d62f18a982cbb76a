import { setTimeout as delay } from 'node:timers/promises';
import type { WorkflowHandle } from '@temporalio/client';
import type { KafkaClient } from '../../adapters/kafka/client.ts';
import { type PartitionOffsets, partitionOffsets } from '../../adapters/kafka/topics.ts';
import { type Cursor, readCursors } from '../../db/log/cursors.ts';
import { loadRegistry } from '../../db/registry/registry.ts';
import type { Pool } from '../../db/sql/client.ts';
import { AsofError } from '../../domain/errors/asof-error.ts';
import { ReadingRate, secondsToRead } from '../../domain/stream/reading-rate.ts';
import { streamWorkflowId } from '../../domain/workflow-ids.ts';
import type { StreamFeaturesInput, StreamStatus } from '../../schemas/workflows/stream-features.ts';
import type { Temporal } from '../shared/temporal.ts';
import { workflowFailure } from '../shared/workflow-failure.ts';

const POLL_MS = 500;

export interface ReadToHeadOptions {
  readonly from: 'earliest' | 'latest';
  readonly shards?: number;
  readonly maxRecords?: number;
  /** Records still to read, and in how many seconds they will be if known, each time it is looked at. */
  readonly onLag?: (lag: number, seconds: number | null) => void;
  /** Why an activity's last attempt failed, while Temporal tries it again. */
  readonly onTrouble?: ((failure: string) => void) | undefined;
  readonly signal?: AbortSignal | undefined;
}

/**
 * Has the source's stream read to the head that its topic has now, and returns when the cursors are there. Starts the
 * workflow where none runs; a continuous one is asked to run now, and stays.
 *
 * @throws AsofError `ASOF_STREAM_FAILED` with the workflow's own reason.
 */
export async function readToHead(
  temporal: Temporal,
  pool: Pool,
  kafka: KafkaClient,
  sourceName: string,
  { from, onLag, onTrouble, signal, ...limits }: ReadToHeadOptions,
): Promise<void> {
  const { topic } = (await loadRegistry(pool)).source(sourceName);
  const heads = await partitionOffsets(kafka, topic);
  const rate = new ReadingRate();
  let last: number | undefined;
  const lag = async (): Promise<number> => {
    const behind = lagBehind(heads, await readCursors(pool, sourceName), from);
    rate.add(Date.now(), (last ?? behind) - behind);
    last = behind;
    onLag?.(behind, secondsToRead(behind, rate.perSecond));
    return behind;
  };
  do {
    const handle = await startOrFind(temporal, { source: sourceName, from, untilCaughtUp: true, ...limits });
    await follow(handle, lag, { onTrouble, signal });
  } while ((await lag()) > 0);
}

async function startOrFind(
  { client, taskQueue }: Temporal,
  input: StreamFeaturesInput,
): Promise<WorkflowHandle> {
  return client.workflow.start('streamFeatures', {
    workflowId: streamWorkflowId(input.source),
    taskQueue,
    args: [input],
    workflowIdConflictPolicy: 'USE_EXISTING',
    staticSummary: `stream of ${input.source}, until caught up`,
  });
}

/** Waits until the workflow ends or, where it is one that goes on, has no lag left. */
async function follow(
  handle: WorkflowHandle,
  lag: () => Promise<number>,
  { onTrouble, signal }: Pick<ReadToHeadOptions, 'onTrouble' | 'signal'>,
): Promise<void> {
  const ended = handle.result().then(
    () => true,
    (error: unknown) => {
      throw workflowFailure(error, 'ASOF_STREAM_FAILED', handle.workflowId);
    },
  );
  while (!(await Promise.race([ended, delay(POLL_MS, false, { signal })]))) {
    const behind = await lag();
    for (const failure of await pendingFailures(handle)) onTrouble?.(failure);
    const { state } = await handle.query<StreamStatus>('status');
    if (state === 'paused') throw streamPaused(handle.workflowId);
    if (state !== 'waiting' && state !== 'following') continue;
    if (behind === 0) return void ended.catch(() => {});
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
