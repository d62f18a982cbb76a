import { setTimeout as delay } from 'node:timers/promises';
import {
  WorkflowExecutionAlreadyStartedError,
  type WorkflowHandle,
  WorkflowNotFoundError,
} from '@temporalio/client';
import { AsofError } from '../../domain/errors/asof-error.ts';
import { onlineWorkflowId } from '../../domain/workflow-ids.ts';
import type { OnlineStatus, RefreshOnlineTableInput } from '../../schemas/workflows/refresh-online-table.ts';
import type { Temporal } from '../shared/temporal.ts';
import { workflowFailure } from '../shared/workflow-failure.ts';

const POLL_MS = 100;

/**
 * Has an online table synced, and returns when all that was committed before the call is readable. Starts the
 * workflow where none runs; a continuous one is asked to run now, and stays.
 *
 * @throws AsofError `ASOF_REFRESH_FAILED` with the workflow's own reason; `ASOF_REFRESH_PAUSED`.
 */
export async function refreshOnlineTable(
  temporal: Temporal,
  input: RefreshOnlineTableInput,
): Promise<OnlineStatus> {
  const workflowId = onlineWorkflowId(input.table);
  for (;;) {
    const started = await startUnlessRunning(temporal, workflowId, input);
    if (started) return resultOf(started);
    const joined = await nextSyncOf(temporal.client.workflow.getHandle(workflowId));
    if (joined) return joined;
  }
}

async function startUnlessRunning(
  { client, taskQueue }: Temporal,
  workflowId: string,
  input: RefreshOnlineTableInput,
): Promise<WorkflowHandle | undefined> {
  try {
    return await client.workflow.start('refreshOnlineTable', {
      ...{ workflowId, taskQueue },
      args: [input],
      staticSummary: `online table ${input.table}, ${input.mode ?? 'triggered'}`,
    });
  } catch (error) {
    if (error instanceof WorkflowExecutionAlreadyStartedError) return undefined;
    throw error;
  }
}

/** Waits for a sync that begins after this call; undefined when the workflow ends without one. */
async function nextSyncOf(handle: WorkflowHandle): Promise<OnlineStatus | undefined> {
  const before = await handle.query<OnlineStatus>('status');
  const wanted = before.syncs + (before.state === 'syncing' ? 2 : 1);
  try {
    await handle.signal('runNow');
    for (;;) {
      const status = await handle.query<OnlineStatus>('status');
      if (status.syncs >= wanted) return status;
      if (status.state === 'paused') throw paused(handle.workflowId);
      if ((await handle.describe()).status.name !== 'RUNNING') return undefined;
      await delay(POLL_MS);
    }
  } catch (error) {
    if (error instanceof WorkflowNotFoundError) return undefined;
    throw error;
  }
}

async function resultOf(handle: WorkflowHandle): Promise<OnlineStatus> {
  try {
    return (await handle.result()) as OnlineStatus;
  } catch (error) {
    throw workflowFailure(error, 'ASOF_REFRESH_FAILED', handle.workflowId);
  }
}

function paused(workflowId: string): AsofError {
  return new AsofError('ASOF_REFRESH_PAUSED', `workflow ${workflowId} is paused; signal resume first`, {
    details: { workflowId },
  });
}
