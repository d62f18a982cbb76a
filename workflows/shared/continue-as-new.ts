import { workflowInfo } from '@temporalio/workflow';

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
