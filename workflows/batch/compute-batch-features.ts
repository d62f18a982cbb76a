import { continueAsNew, proxyActivities, workflowInfo } from '@temporalio/workflow';
import type { Activities } from '../../activities/index.ts';
import { workflowSummary } from '../../domain/workflow-summary.ts';
import type {
  BatchRangeResult,
  BatchReceipt,
  BatchResult,
  BatchSettings,
  ComputeBatchFeaturesInput,
} from '../../schemas/workflows/compute-batch-features.ts';
import type { PartitionTarget } from '../../schemas/workflows/stream-features.ts';
import { longWork, question, untilDone } from '../shared/activity-options.ts';
import { shouldContinueAsNew } from '../shared/continue-as-new.ts';
import { scheduledTime } from '../shared/scheduled-time.ts';
import { BatchProgress, NOTHING_COMPUTED } from './batch-progress.ts';
import { untilDue, untilStreamHasPassed } from './wait-for-stream.ts';

/** What a workflow run hands to the next run when it continues as new. */
interface BatchContinuation {
  readonly settings: BatchSettings;
  readonly behind: readonly PartitionTarget[] | null;
  readonly totals: BatchReceipt;
}

/** The number of logical times that one activity gets. It reports earlier if they take long. */
const TIMES_PER_TASK = 500;

const { openBatch } = proxyActivities<Activities>(question);
const { computeBatch } = proxyActivities<Activities>({ ...longWork, retry: untilDone });

/**
 * Computes a batch table as of one logical time, or as of every logical time of a past range. Waits until the
 * stream of the table's source has passed the last logical time, then computes them in order, each in one
 * transaction.
 *
 * @param continuation the state that the previous run of the same workflow hands over. Users omit it.
 * @throws ApplicationFailure `ASOF_INPUT_INVALID`, `ASOF_TABLE_UNKNOWN`, `ASOF_BATCH_QUERY_INVALID`,
 * `ASOF_BELOW_RETENTION`.
 */
export async function computeBatchFeatures(
  input: ComputeBatchFeaturesInput,
  continuation?: BatchContinuation,
): Promise<BatchResult | BatchRangeResult> {
  const progress = new BatchProgress(continuation?.totals ?? NOTHING_COMPUTED);
  progress.show('starting');
  const settings = continuation?.settings ?? (await openBatch(input, startedFor()));
  progress.open(settings);
  const continueAsNewWhenDue = async (behind: readonly PartitionTarget[] | null): Promise<void> => {
    if (!shouldContinueAsNew()) return;
    await continueAsNew<typeof computeBatchFeatures>(input, { settings, behind, totals: progress.totals });
  };

  await untilDue(settings, progress);
  await untilStreamHasPassed(settings, continuation?.behind ?? null, progress, continueAsNewWhenDue);
  while (progress.left.length > 0) {
    progress.show('computing');
    const times = progress.left.slice(0, TIMES_PER_TASK);
    const { table, again } = settings;
    const options = {
      summary: workflowSummary(`${table} as of ${times[0]}${times.length > 1 ? ' and on' : ''}`),
    };
    progress.advance(await computeBatch.executeWithOptions(options, [{ table, times, again }]));
    await continueAsNewWhenDue([]);
  }
  progress.show('done');
  return progress.result(settings);
}

/** The schedule's own time, never the clock's. For a start by hand, the time of that start. */
function startedFor(): string {
  return (scheduledTime() ?? workflowInfo().startTime).toISOString();
}
