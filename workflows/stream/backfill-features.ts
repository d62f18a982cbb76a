import { continueAsNew, proxyActivities } from '@temporalio/workflow';
import type { Activities } from '../../activities/index.ts';
import { workflowSummary } from '../../domain/workflow-summary.ts';
import type {
  BackfillCounts,
  BackfillFeaturesInput,
  BackfillResult,
  BackfillSettings,
} from '../../schemas/workflows/backfill-features.ts';
import { longWork, untilDone } from '../shared/activity-options.ts';
import { shouldContinueAsNew } from '../shared/continue-as-new.ts';
import { BackfillProgress, NOTHING_BACKFILLED } from './backfill-progress.ts';

/** What a workflow run hands to the next run when it continues as new. */
interface BackfillContinuation {
  readonly settings: BackfillSettings;
  readonly counts: BackfillCounts;
  /** Whether the table is filled. */
  readonly filled: boolean;
  /** The event time up to which late events are merged. */
  readonly reached: string | null;
}

const { openBackfill } = proxyActivities<Activities>({
  // Counts all late events of the range.
  startToCloseTimeout: '5 minutes',
  retry: untilDone,
});
const { fillTable, mergeLateEvents } = proxyActivities<Activities>({ ...longWork, retry: untilDone });

/**
 * Fills the past of a stream table that joined its source later, then merges the kept late events into the
 * windows that they missed. Works in steps of one transaction each, beside the stream. The database stores
 * how far the fill is and which events are merged, so a backfill that dies or is repeated resumes where it
 * stopped.
 *
 * @param continuation the state that the previous run of the same workflow hands over. Users omit it.
 * @throws ApplicationFailure `ASOF_INPUT_INVALID`, `ASOF_TABLE_UNKNOWN`, `ASOF_BELOW_RETENTION`.
 */
export async function backfillFeatures(
  input: BackfillFeaturesInput,
  continuation?: BackfillContinuation,
): Promise<BackfillResult> {
  const progress = new BackfillProgress(continuation?.counts ?? NOTHING_BACKFILLED);
  progress.show('starting');
  const settings = continuation?.settings ?? (await openBackfill(input));
  progress.open(settings);
  const continueAsNewWhenDue = async (
    at: Pick<BackfillContinuation, 'filled' | 'reached'>,
  ): Promise<void> => {
    if (!shouldContinueAsNew()) return;
    await continueAsNew<typeof backfillFeatures>(input, { settings, counts: progress.counts, ...at });
  };

  if (!continuation?.filled) await fill(settings, progress, continueAsNewWhenDue);
  if (settings.late === 'merge')
    await merge(settings, continuation?.reached ?? null, progress, continueAsNewWhenDue);
  progress.show('done');
  return progress.result(settings);
}

type ContinueAsNewWhenDue = (at: Pick<BackfillContinuation, 'filled' | 'reached'>) => Promise<void>;

async function fill(
  settings: BackfillSettings,
  progress: BackfillProgress,
  continueAsNewWhenDue: ContinueAsNewWhenDue,
): Promise<void> {
  progress.show('filling');
  const options = { summary: workflowSummary(`fill ${settings.table}`) };
  for (;;) {
    const receipt = await fillTable.executeWithOptions(options, [settings]);
    progress.advance(receipt);
    if (receipt.done) return;
    await continueAsNewWhenDue({ filled: false, reached: null });
  }
}

async function merge(
  settings: BackfillSettings,
  from: string | null,
  progress: BackfillProgress,
  continueAsNewWhenDue: ContinueAsNewWhenDue,
): Promise<void> {
  progress.show('merging');
  for (let reached = from; ;) {
    const options = {
      summary: workflowSummary(
        `late events of ${settings.table}${reached === null ? '' : ` from ${reached}`}`,
      ),
    };
    const receipt = await mergeLateEvents.executeWithOptions(options, [{ settings, reached }]);
    progress.advance(receipt);
    if (receipt.done) return;
    reached = receipt.reached;
    await continueAsNewWhenDue({ filled: true, reached });
  }
}
