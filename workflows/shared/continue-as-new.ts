import { type WorkflowInfo, workflowInfo } from '@temporalio/workflow';

/**
 * Whether the workflow history is long enough to continue as new.
 *
 * @param maxHistoryEvents the length that is enough, even if the server does not suggest it yet. Default: no
 * limit.
 */
export function shouldContinueAsNew(maxHistoryEvents = Infinity): boolean {
  const { continueAsNewSuggested, historyLength } = workflowInfo();
  return continueAsNewSuggested || historyLength > maxHistoryEvents;
}

/**
 * Whether this run was begun by another that continued as new. The runs of a cron schedule and the attempts
 * of a retried run name a run before them too, but have the arguments of a caller.
 */
export function isContinued({
  continuedFromExecutionRunId,
  cronSchedule,
  attempt,
}: Pick<WorkflowInfo, 'continuedFromExecutionRunId' | 'cronSchedule' | 'attempt'>): boolean {
  return continuedFromExecutionRunId !== undefined && cronSchedule === undefined && attempt === 1;
}
