import { type WorkflowHandle, WorkflowNotFoundError } from '@temporalio/client';
import { AsofError } from '../../domain/errors/asof-error.ts';
import { onlineWorkflowId } from '../../domain/workflow-ids.ts';
import type { OnlineStatus, RefreshOnlineTableInput } from '../../schemas/workflows/refresh-online-table.ts';
import type { Connections } from '../shared/connections.ts';
import { type FollowOptions, followWorkflow } from '../shared/follow-workflow.ts';
import { nextLook } from '../shared/next-look.ts';
import { startUnlessRunning } from '../shared/start-workflow.ts';
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
    const started = await startUnlessRunning(temporal, {
      type: 'refreshOnlineTable',
      workflowId: onlineWorkflowId(table),
      input: { table, mode, asOf },
      summary: `online table ${table}, ${mode}`,
    });
    if (started) return followWorkflow(started, options);
    const workflowId = temporal.deployment.temporalId(onlineWorkflowId(table));
    const handle = temporal.client.workflow.getHandle(workflowId);
    if (mode === 'triggered' && asOf === undefined) {
      const joined = await nextSyncOf(handle, options);
      if (joined) return joined;
    } else await untilEnded(handle, mode, options);
  }
}

/**
 * Waits for the end of a workflow whose syncs are not those that the call asks for.
 *
 * @throws AsofError `ASOF_REFRESH_CONTINUOUS` if it goes on until a drain.
 */
async function untilEnded(
  handle: WorkflowHandle,
  mode: RefreshOnlineTableInput['mode'],
  { onProgress, signal }: FollowOptions<OnlineStatus>,
): Promise<void> {
  while ((await handle.describe()).status.name === 'RUNNING') {
    const status = await workflowStatus<OnlineStatus>(handle);
    if (status) onProgress?.(status);
    if (status?.mode === 'continuous') throw continuous(handle.workflowId, mode);
    await nextLook(handle, POLL_MS, signal);
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
  if (before === undefined) return void (await nextLook(handle, POLL_MS, signal));
  const wanted = before.syncs + (before.state === 'syncing' ? 2 : 1);
  try {
    await handle.signal('runNow');
    for (;;) {
      const status = await workflowStatus<OnlineStatus>(handle);
      if (status) onProgress?.(status);
      if (status && status.syncs >= wanted) return status;
      if (status?.state === 'paused') throw paused(handle.workflowId);
      if ((await handle.describe()).status.name !== 'RUNNING') return undefined;
      await nextLook(handle, POLL_MS, signal);
    }
  } catch (error) {
    if (error instanceof WorkflowNotFoundError) return undefined;
    throw error;
  }
}

function continuous(workflowId: string, mode: RefreshOnlineTableInput['mode']): AsofError {
  const what = mode === 'snapshot' ? 'a snapshot' : 'a refresh as of another moment';
  return new AsofError(
    'ASOF_REFRESH_CONTINUOUS',
    `workflow ${workflowId} refreshes the table continuously, and ${what} cannot run beside it; nothing was published. ` +
      `Drain it first: npx asof temporal workflow signal --workflow-id ${workflowId} --name drain`,
    { details: { workflowId } },
  );
}

function paused(workflowId: string): AsofError {
  return new AsofError('ASOF_REFRESH_PAUSED', `workflow ${workflowId} is paused; signal resume first`, {
    details: { workflowId },
  });
}
