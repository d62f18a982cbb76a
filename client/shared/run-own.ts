import type { WorkflowType } from '../../schemas/workflows/inputs.ts';
import { type FollowOptions, followWorkflow } from './follow-workflow.ts';
import { type WorkflowStart, startWorkflow } from './start-workflow.ts';
import type { Temporal } from './temporal.ts';
import type { Workflows } from './workflows.ts';

/** A start that joins a running workflow, and how to follow the work. */
export interface OwnRun<Type extends WorkflowType> {
  readonly start: Omit<WorkflowStart<Type>, 'whileRunning'>;
  /** Whether a result is that of the input of `start`, and not of an earlier run with other input. */
  readonly isOwn: (result: Workflows[Type]['result']) => boolean;
  readonly options: FollowOptions<Workflows[Type]['status']>;
}

/**
 * Runs a workflow whose id allows one run at a time. Waits for a run with other input to end, then starts its
 * own.
 *
 * @throws AsofError the code of the workflow type, if a run fails.
 */
export async function runOwn<Type extends WorkflowType>(
  temporal: Temporal,
  { start, isOwn, options }: OwnRun<Type>,
): Promise<Workflows[Type]['result']> {
  for (;;) {
    const workflow = await startWorkflow(temporal, { ...start, whileRunning: 'join' });
    const result = await followWorkflow(workflow, options);
    if (isOwn(result)) return result;
  }
}
