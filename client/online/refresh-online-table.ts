import { setTimeout as delay } from 'node:timers/promises';
import {
  WorkflowExecutionAlreadyStartedError,
  type WorkflowHandle,
  WorkflowNotFoundError,
} from '@temporalio/client';
import { AsofError } from '../../domain/errors/asof-error.ts';
import { onlineWorkflowId } from '../../domain/workflow-ids.ts';
import type { OnlineStatus, RefreshOnlineTableInput } from '../../schemas/workflows/refresh-online-table.ts';
import type { Connections } from '../shared/connections.ts';
import { type FollowOptions, followWorkflow } from '../shared/follow-workflow.ts';
import { type StartedWorkflow, startWorkflow } from '../shared/start-workflow.ts';
import type { Temporal } from '../shared/temporal.ts';
import { workflowStatus } from '../shared/workflow-status.ts';

const POLL_MS = 100;

/** What to publish, and how to follow the work. */
export interface RefreshOptions extends FollowOptions<OnlineStatus> {
  /** `triggered`: the keys that changed since the last sync; `snapshot`: every key. Default: `triggered`. */
  readonly mode?: 'triggered' | 'snapshot' | undefined;
  /** RFC 3339, in the past: the call publishes as if it were this moment, to replay history. Default: now. */
  readonly asOf?: string | undefined;
}

export async function refreshOnlineTable(
  connections: Connections,
  table: string,
  { mode = 'triggered', asOf, ...options }: RefreshOptions,
): Promise<OnlineStatus> {
  const temporal = await connections.temporal();
  for (;;) {
    const started = await startUnlessRunning(temporal, { table, mode, asOf });
    if (started) return followWorkflow(started, options);
    const workflowId = temporal.deployment.temporalId(onlineWorkflowId(table));
    const joined = await nextSyncOf(temporal.client.workflow.getHandle(workflowId), options);
    if (joined) return joined;
  }
}

async function startUnlessRunning(
  temporal: Temporal,
  input: RefreshOnlineTableInput,
): Promise<StartedWorkflow<'refreshOnlineTable'> | undefined> {
  try {
    return await startWorkflow(temporal, {
      type: 'refreshOnlineTable',
      workflowId: onlineWorkflowId(input.table),
      input,
      summary: `online table ${input.table}, ${input.mode}`,
      whileRunning: 'fail',
    });
  } catch (error) {
    if (error instanceof WorkflowExecutionAlreadyStartedError) return undefined;
    throw error;
  }
}

/**
 * Waits for a sync that begins after this call. Undefined if the workflow ends without one, or no worker
 * answers yet.
 */
async function nextSyncOf(
  handle: WorkflowHandle,
  { onProgress, signal }: FollowOptions<OnlineStatus>,
): Promise<OnlineStatus | undefined> {
  const before = await workflowStatus<OnlineStatus>(handle);
  if (before === undefined) return void (await delay(POLL_MS, undefined, { signal }));
  const wanted = before.syncs + (before.state === 'syncing' ? 2 : 1);
  try {
    await handle.signal('runNow');
    for (;;) {
      const status = await workflowStatus<OnlineStatus>(handle);
      if (status) onProgress?.(status);
      if (status && status.syncs >= wanted) return status;
      if (status?.state === 'paused') throw paused(handle.workflowId);
      if ((await handle.describe()).status.name !== 'RUNNING') return undefined;
      await delay(POLL_MS, undefined, { signal });
    }
  } catch (error) {
    if (error instanceof WorkflowNotFoundError) return undefined;
    throw error;
  }
}

function paused(workflowId: string): AsofError {
  return new AsofError('ASOF_REFRESH_PAUSED', `workflow ${workflowId} is paused; signal resume first`, {
    details: { workflowId },
  });
}
