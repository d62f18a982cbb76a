import type { WorkflowHandle } from '@temporalio/client';
import type { Temporal } from './temporal.ts';
import type { WorkflowType, Workflows } from './workflows.ts';

/** Temporal refuses a longer summary. */
const SUMMARY_BYTES = 200;

export interface WorkflowStart<Type extends WorkflowType> {
  readonly type: Type;
  readonly workflowId: string;
  readonly input: Workflows[Type]['input'];
  /** What the Web UI shows beside the id; cut at Temporal's limit. */
  readonly summary: string;
  /** What becomes of the start while a workflow of that id runs: it joins that one, or fails. */
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
 * @throws WorkflowExecutionAlreadyStartedError while one of that id runs, unless it is to be joined.
 */
export async function startWorkflow<Type extends WorkflowType>(
  { client, taskQueue }: Temporal,
  { type, workflowId, input, summary, whileRunning }: WorkflowStart<Type>,
): Promise<StartedWorkflow<Type>> {
  const handle = await client.workflow.start(type, {
    workflowId,
    taskQueue,
    args: [input],
    workflowIdConflictPolicy: whileRunning === 'join' ? 'USE_EXISTING' : 'FAIL',
    staticSummary: cut(summary, SUMMARY_BYTES),
  });
  return { type, handle };
}

/** A text's first characters that fit into so many bytes of UTF-8. */
function cut(text: string, bytes: number): string {
  const { read } = new TextEncoder().encodeInto(text, new Uint8Array(bytes));
  return text.slice(0, read);
}
