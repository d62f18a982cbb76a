import { proxyActivities, workflowInfo } from '@temporalio/workflow';
import type { Activities } from '../../activities/index.ts';
import { workflowSummary } from '../../domain/workflow-summary.ts';
import type { ApplyRetentionInput, RetentionResult } from '../../schemas/workflows/apply-retention.ts';
import { longWork, question, untilDone } from '../shared/activity-options.ts';
import { scheduledTime } from '../shared/scheduled-time.ts';
import { RetentionProgress } from './retention-progress.ts';

const { openRetention } = proxyActivities<Activities>(question);
const { removeExpired } = proxyActivities<Activities>({ ...longWork, retry: untilDone });

/**
 * Removes what is older than the definitions allow, in steps of one transaction each. Reports what it
 * removed, and what it held and why. A step removes for good, so a run that dies or is repeated resumes where
 * it stopped.
 *
 * @throws ApplicationFailure `ASOF_INPUT_INVALID`.
 */
export async function applyRetention(input?: ApplyRetentionInput): Promise<RetentionResult> {
  const progress = new RetentionProgress();
  const startedFor = (scheduledTime() ?? workflowInfo().startTime).toISOString();
  const { tasks, at, dryRun } = await openRetention(input, startedFor);
  progress.open({ tasks, at, dryRun });
  for (const task of tasks) {
    progress.begin(task);
    const options = { summary: workflowSummary(`${task.retained} of ${task.name}`) };
    for (;;) {
      const receipt = await removeExpired.executeWithOptions(options, [{ task, at, dryRun }]);
      progress.advance(receipt);
      if (receipt.done) break;
    }
  }
  progress.end();
  return progress.result;
}
