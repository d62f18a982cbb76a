import type { WorkflowType } from '../../schemas/workflows/inputs.ts';
import { nextLook } from './next-look.ts';
import type { StartedWorkflow } from './start-workflow.ts';
import { workflowFailure } from './workflow-failure.ts';
import { FAILURE_CODES, STATUS_OF, type Workflows } from './workflows.ts';

const POLL_MS = 500;

/** How a call waits for its workflow. */
export interface WaitOptions {
  /**
   * Ends the call with an `AbortError`, whose cause is the reason of the signal. The workflow goes on, and the
   * next call waits for it. A build, a training and a scoring, which no other call can join, are cancelled.
   */
  readonly signal?: AbortSignal | undefined;
}

/** How a call follows a workflow that reports its status. */
export interface FollowOptions<Status> extends WaitOptions {
  /** Called about twice a second with the workflow's status, while a worker answers. */
  readonly onProgress?: ((status: Status) => void) | undefined;
}

/**
 * Waits until a workflow ends, and returns its result.
 *
 * @throws AsofError the code of {@link FAILURE_CODES}, with the workflow's reason.
 */
export async function followWorkflow<Type extends WorkflowType>(
  workflow: StartedWorkflow<Type>,
  { onProgress, signal }: FollowOptions<Workflows[Type]['status']> = {},
): Promise<Workflows[Type]['result']> {
  const ended = workflowResult(workflow);
  for (;;) {
    const result = await Promise.race([ended, nextLook(workflow.handle, POLL_MS, signal)]);
    if (result) return result;
    const status = onProgress && (await STATUS_OF[workflow.type](workflow.handle));
    if (status !== undefined) onProgress?.(status);
  }
}

/** @throws AsofError the code of {@link FAILURE_CODES}, with the workflow's reason. */
export async function workflowResult<Type extends WorkflowType>({
  type,
  handle,
}: StartedWorkflow<Type>): Promise<Workflows[Type]['result']> {
  try {
    return (await handle.result()) as Workflows[Type]['result'];
  } catch (error) {
    throw workflowFailure(error, FAILURE_CODES[type], handle.workflowId);
  }
}
