import type { WorkflowHandle } from '@temporalio/client';
import { workflowSummary } from '../../domain/workflow-summary.ts';
import type { WorkflowType } from '../../schemas/workflows/inputs.ts';
import type { Temporal } from './temporal.ts';
import type { Workflows } from './workflows.ts';

export interface WorkflowStart<Type extends WorkflowType> {
  readonly type: Type;
  /** The id in the default namespace: `domain/workflow-ids.ts`. */
  readonly workflowId: string;
  readonly input: Workflows[Type]['input'];
  /** A line that the Web UI shows beside the id. A text beyond Temporal's limit is truncated. */
  readonly summary: string;
  /** Whether the start joins a running workflow with the same id, or fails. */
  readonly whileRunning: 'join' | 'fail';
}

/** A workflow that was started or joined. */
export interface StartedWorkflow<Type extends WorkflowType> {
  readonly type: Type;
  readonly handle: WorkflowHandle;
}

/**
 * Starts a workflow on the task queue of Asof's workers.
 *
 * @throws WorkflowExecutionAlreadyStartedError if a workflow with that id runs and `whileRunning` is `fail`.
 */
export async function startWorkflow<Type extends WorkflowType>(
  { client, taskQueue, deployment }: Temporal,
  { type, workflowId, input, summary, whileRunning }: WorkflowStart<Type>,
): Promise<StartedWorkflow<Type>> {
  const handle = await client.workflow.start(type, {
    workflowId: deployment.temporalId(workflowId),
    taskQueue,
    args: [input],
    workflowIdConflictPolicy: whileRunning === 'join' ? 'USE_EXISTING' : 'FAIL',
    staticSummary: workflowSummary(summary),
  });
  return { type, handle };
}
