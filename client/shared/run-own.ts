import { AsofError } from '../../domain/errors/asof-error.ts';
import type { WorkflowType } from '../../schemas/workflows/inputs.ts';
import { type FollowOptions, followWorkflow } from './follow-workflow.ts';
import { type WorkflowStart, startUnlessRunning } from './start-workflow.ts';
import type { Temporal } from './temporal.ts';
import { FAILURE_CODES, type Workflows } from './workflows.ts';

/** A start that joins a running workflow, and how to follow the work. */
export interface OwnRun<Type extends WorkflowType> {
  readonly start: Omit<WorkflowStart<Type>, 'whileRunning'>;
  /** Whether a result is that of the input of `start`, and not of an earlier run with other input. */
  readonly isOwn: (result: Workflows[Type]['result']) => boolean;
  readonly options: FollowOptions<Workflows[Type]['status']>;
}

/**
 * Runs a workflow whose id allows one run at a time. If a run is under way, waits for its end; unless that gives
 * the result of the same input, starts its own.
 *
 * @throws AsofError the code of the workflow type, if the own run fails. A run that was joined may have failed
 * because of its own input.
 */
export async function runOwn<Type extends WorkflowType>(
  temporal: Temporal,
  { start, isOwn, options }: OwnRun<Type>,
): Promise<Workflows[Type]['result']> {
  for (;;) {
    const own = await startUnlessRunning(temporal, start);
    if (own) return followWorkflow(own, options);
    const running = {
      type: start.type,
      handle: temporal.client.workflow.getHandle(temporal.deployment.temporalId(start.workflowId)),
    };
    const joined = await followWorkflow(running, options).catch((error: unknown) => {
      if (!(error instanceof AsofError && error.code === FAILURE_CODES[start.type])) throw error;
    });
    if (joined !== undefined && isOwn(joined)) return joined;
  }
}
