import { defineQuery, proxyActivities, setHandler, workflowInfo } from '@temporalio/workflow';
import type { Activities } from '../../activities/index.ts';
import type {
  ApplyRetentionInput,
  RetentionResult,
  RetentionStatus,
} from '../../schemas/workflows/apply-retention.ts';
import { scheduledTime } from '../shared/scheduled-time.ts';
import { RetentionProgress } from './retention-progress.ts';

const statusQuery = defineQuery<RetentionStatus>('status');

const retry = { initialInterval: '500 milliseconds', maximumInterval: '30 seconds' } as const;
const { openRetention } = proxyActivities<Activities>({ startToCloseTimeout: '1 minute', retry });
const { removeExpired } = proxyActivities<Activities>({
  startToCloseTimeout: '6 hours',
  heartbeatTimeout: '10 seconds',
  retry,
});

/**
 * Removes what is older than the definitions say, in chunks, each one transaction, and says what it removed and what
 * it kept and why. What is removed is gone from the next chunk, so a run that dies, or is run again, goes on where it was.
 */
export async function applyRetention(input?: ApplyRetentionInput): Promise<RetentionResult> {
  const progress = new RetentionProgress();
  setHandler(statusQuery, () => progress.status);
  const startedFor = (scheduledTime() ?? workflowInfo().startTime).toISOString();
  const { tasks, at, dryRun } = await openRetention(input, startedFor);
  progress.open({ tasks, at, dryRun });
  for (const task of tasks) {
    progress.begin(task);
    const options = { summary: `${task.retained} of ${task.name}`.slice(0, 190) };
    for (;;) {
      const receipt = await removeExpired.executeWithOptions(options, [{ task, at, dryRun }]);
      progress.advance(receipt);
      if (receipt.done) break;
    }
  }
  progress.end();
  return progress.result;
}
