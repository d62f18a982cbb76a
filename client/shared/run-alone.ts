import { setTimeout as delay } from 'node:timers/promises';
import { type WorkflowHandle, WorkflowNotFoundError } from '@temporalio/client';
import type { WorkflowType } from '../../schemas/workflows/inputs.ts';
import { CallAborted } from './call-aborted.ts';
import { type FollowOptions, followWorkflow } from './follow-workflow.ts';
import { type WorkflowStart, startWorkflow } from './start-workflow.ts';
import type { Temporal } from './temporal.ts';
import type { Workflows } from './workflows.ts';

/** A workflow ends at once when a worker hears of its cancellation. */
const CANCELLED_WITHIN_MS = 3_000;

/**
 * Runs a workflow whose id nobody else knows. No later call can join it, so the signal cancels it with the
 * call. If it is done by then, its result stands.
 *
 * @throws AsofError the code of the workflow type, with the workflow's reason.
 * @throws CallAborted if the signal ends the call.
 */
export async function runAlone<Type extends WorkflowType>(
  temporal: Temporal,
  start: Omit<WorkflowStart<Type>, 'whileRunning'>,
  options: FollowOptions<Workflows[Type]['status']>,
): Promise<Workflows[Type]['result']> {
  options.signal?.throwIfAborted();
  const workflow = await startWorkflow(temporal, { ...start, whileRunning: 'fail' });
  try {
    return await followWorkflow(workflow, options);
  } catch (error) {
    if (!(error instanceof CallAborted)) throw error;
    const { handle } = workflow;
    const isCancelled = await cancel(handle);
    const result: unknown = isCancelled && (await resultInSpite(handle));
    if (result) return result as Workflows[Type]['result'];
    const fate = isCancelled ? 'is cancelled' : 'could not be cancelled';
    throw new CallAborted(handle.workflowId, fate, options.signal);
  }
}

/** Whether Temporal has the cancellation, or the workflow has ended without it. */
async function cancel(handle: WorkflowHandle): Promise<boolean> {
  try {
    await handle.cancel();
    return true;
  } catch (error) {
    return error instanceof WorkflowNotFoundError;
  }
}

/** The result of a workflow that was done before it heard of its cancellation. */
function resultInSpite(handle: WorkflowHandle): Promise<unknown> {
  const ended = handle.result().catch(() => undefined);
  return Promise.race([ended, delay(CANCELLED_WITHIN_MS, undefined, { ref: false })]);
}
