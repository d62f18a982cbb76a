import { ApplicationFailure, continueAsNew, proxyActivities, workflowInfo } from '@temporalio/workflow';
import type { Activities } from '../../activities/index.ts';
import { workflowSummary } from '../../domain/workflow-summary.ts';
import type {
  BatchRangeResult,
  BatchResult,
  BatchSettings,
  BatchStart,
  ComputeBatchFeaturesInput,
  StreamWait,
  TaskReceipt,
  TimeFailures,
} from '../../schemas/workflows/compute-batch-features.ts';
import { longWork, question, untilDone } from '../shared/activity-options.ts';
import { shouldContinueAsNew } from '../shared/continue-as-new.ts';
import { scheduledTime } from '../shared/scheduled-time.ts';
import { BatchProgress, NOTHING_COMPUTED } from './batch-progress.ts';
import { untilSettled, untilStreamHasPassed } from './wait-for-stream.ts';

/** What a workflow run hands to the next run when it continues as new. */
interface BatchContinuation {
  readonly start: BatchStart;
  /** Null: the next run looks what the schedule has left. */
  readonly settings: BatchSettings | null;
  readonly totals: TaskReceipt;
  /** The wait for the stream that was under way. Null: none was. */
  readonly wait: StreamWait | null;
}

/** The number of logical times that one activity gets. It reports earlier if they take long. */
const TIMES_PER_TASK = 500;

const { openBatch } = proxyActivities<Activities>(question);
const { computeBatch } = proxyActivities<Activities>({ ...longWork, retry: untilDone });

/**
 * Computes a batch table as of one logical time, as of every logical time of a past range, or as of every
 * logical time that its schedule has left. Each time waits until the stream of the table's source has passed
 * it. The times are computed in order, each in one transaction.
 *
 * @param continuation the state that the previous run of the same workflow hands over. Users omit it.
 * @throws ApplicationFailure `ASOF_INPUT_INVALID`, `ASOF_TABLE_UNKNOWN`, `ASOF_BATCH_QUERY_INVALID`,
 * `ASOF_BELOW_RETENTION`. A scheduled run first computes the times that can be computed.
 */
export async function computeBatchFeatures(
  input: ComputeBatchFeaturesInput,
  continuation?: BatchContinuation,
): Promise<BatchResult | BatchRangeResult> {
  const progress = new BatchProgress(continuation?.totals ?? NOTHING_COMPUTED);
  progress.show('starting');
  const start = { ...(continuation?.start ?? startOf()), now: new Date().toISOString() };
  const settings = continuation?.settings ?? (await openBatch(input, start));
  progress.open(settings);
  const continueAsNewWhenDue = async (wait: StreamWait | null): Promise<void> => {
    if (!shouldContinueAsNew()) return;
    await continueAsNew<typeof computeBatchFeatures>(input, {
      start,
      settings,
      totals: progress.totals,
      wait,
    });
  };

  let wait = continuation?.wait ?? null;
  while (progress.left.length > 0) {
    if (!wait) {
      const settled = await untilSettled(settings, progress.left, progress);
      wait = { source: settings.source, topic: settings.topic, at: settled.at(-1)!, behind: null };
    }
    await untilStreamHasPassed(wait, progress, continueAsNewWhenDue);
    await computeThrough(wait.at, settings, progress, () => continueAsNewWhenDue(null));
    wait = null;
  }
  const problems = [settings.schedule?.lost ?? [], progress.totals.failed ?? []].flat();
  if (problems.length > 0) throw notComputed(settings, problems);
  if (settings.schedule?.more) {
    const next = { start, settings: null, totals: NOTHING_COMPUTED, wait: null };
    await continueAsNew<typeof computeBatchFeatures>(input, next);
  }
  progress.show('done');
  return progress.result(settings);
}

/** Computes the times that are left, up to `last`. */
async function computeThrough(
  last: string,
  { table, times: all, again, schedule }: BatchSettings,
  progress: BatchProgress,
  continueAsNewWhenDue: () => Promise<void>,
): Promise<void> {
  const end = all.indexOf(last) + 1;
  for (;;) {
    const begin = all.length - progress.left.length;
    if (begin === end) return;
    progress.show('computing');
    const times = all.slice(begin, Math.min(begin + TIMES_PER_TASK, end));
    const summary = workflowSummary(`${table} as of ${times[0]}${times.length > 1 ? ' and on' : ''}`);
    const task = { table, times, again, goOn: schedule !== null };
    progress.advance(await computeBatch.executeWithOptions({ summary }, [task]));
    await continueAsNewWhenDue();
  }
}

/** The schedule's own time, never the clock's. For a start by hand, the time of that start. */
function startOf(): Omit<BatchStart, 'now'> {
  const scheduled = scheduledTime();
  const startedFor = (scheduled ?? workflowInfo().startTime).toISOString();
  return { startedFor, scheduled: scheduled !== undefined };
}

function notComputed({ table }: BatchSettings, problems: readonly TimeFailures[]): ApplicationFailure {
  const what = problems.map(
    ({ count, at, message }) =>
      `${count} logical times could not be computed, the first as of ${at}: ${message}`,
  );
  return ApplicationFailure.nonRetryable(
    `features.${table}: ${what.join('; ')}. What is missing: npx asof batch check ${table}`,
    problems[0]!.code,
  );
}
