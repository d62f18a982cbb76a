import { workflowInfo } from '@temporalio/workflow';

/**
 * Whether the history is long enough for the workflow to go on in a new run.
 *
 * @param maxHistoryEvents so many are enough, even if the server does not ask for it yet.
 */
export function shouldContinueAsNew(maxHistoryEvents = Infinity): boolean {
  const { continueAsNewSuggested, historyLength } = workflowInfo();
  return continueAsNewSuggested || historyLength > maxHistoryEvents;
}
