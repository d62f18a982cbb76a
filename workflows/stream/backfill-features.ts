import {
  continueAsNew,
  executeChild,
  log,
  patched,
  proxyActivities,
  workflowInfo,
} from '@temporalio/workflow';
import type { Activities } from '../../activities/index.ts';
import { childImpactWorkflowId } from '../../domain/workflow-ids.ts';
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
  /** The number of events of the next step. Undefined before the first. */
  readonly stepEvents?: number | undefined;
}

/** How far one of its two parts is. */
type Place = Pick<BackfillContinuation, 'filled' | 'reached' | 'stepEvents'>;

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
 * stopped. At the end `assessImpact` finds the training sets that the merged events give other rows, and follows their
 * rules.
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
  const continueAsNewWhenDue = async (at: Place): Promise<void> => {
    if (!shouldContinueAsNew()) return;
    await continueAsNew<typeof backfillFeatures>(input, { settings, counts: progress.counts, ...at });
  };

  const start: Place = continuation ?? { filled: false, reached: null };
  if (!start.filled) await fill(settings, start, progress, continueAsNewWhenDue);
  if (settings.late === 'merge')
    await merge(settings, start.filled ? start : FILLED, progress, continueAsNewWhenDue);
  if (progress.counts.merged > 0 && patched('impact-of-backfill')) await assess(settings);
  progress.show('done');
  return progress.result(settings);
}

/** A backfill is done, whatever becomes of this. */
async function assess({ table }: BackfillSettings): Promise<void> {
  try {
    await executeChild('assessImpact', {
      workflowId: childImpactWorkflowId(workflowInfo().workflowId),
      args: [{ table }],
      staticSummary: workflowSummary(`training sets on ${table} after its backfill`),
    });
  } catch (error) {
    log.warn('the training sets could not be held against the backfill; the next assessment does it', {
      error,
    });
  }
}

/** Where the late merge begins. */
const FILLED: Place = { filled: true, reached: null };

type ContinueAsNewWhenDue = (at: Place) => Promise<void>;

async function fill(
  settings: BackfillSettings,
  start: Place,
  progress: BackfillProgress,
  continueAsNewWhenDue: ContinueAsNewWhenDue,
): Promise<void> {
  progress.show('filling');
  const options = { summary: workflowSummary(`fill ${settings.table}`) };
  for (let { stepEvents } = start; ;) {
    const receipt = await fillTable.executeWithOptions(options, [{ ...settings, stepEvents }]);
    progress.advance(receipt);
    if (receipt.done) return;
    ({ stepEvents } = receipt);
    await continueAsNewWhenDue({ filled: false, reached: null, stepEvents });
  }
}

async function merge(
  settings: BackfillSettings,
  start: Place,
  progress: BackfillProgress,
  continueAsNewWhenDue: ContinueAsNewWhenDue,
): Promise<void> {
  progress.show('merging');
  for (let { reached, stepEvents } = start; ;) {
    const options = {
      summary: workflowSummary(
        `late events of ${settings.table}${reached === null ? '' : ` from ${reached}`}`,
      ),
    };
    const receipt = await mergeLateEvents.executeWithOptions(options, [{ settings, reached, stepEvents }]);
    progress.advance(receipt);
    if (receipt.done) return;
    ({ reached, stepEvents } = receipt);
    await continueAsNewWhenDue({ filled: true, reached, stepEvents });
  }
}
