import { allHandlersFinished, condition, continueAsNew, proxyActivities } from '@temporalio/workflow';
import type { OnlineActivities } from '../../activities/online/online-activities.ts';
import { workflowSummary } from '../../domain/workflow-summary.ts';
import type { OnlineStatus, RefreshOnlineTableInput } from '../../schemas/workflows/refresh-online-table.ts';
import { keepUp } from '../shared/activity-options.ts';
import { shouldContinueAsNew } from '../shared/continue-as-new.ts';
import { LoopControl } from '../shared/loop-control.ts';
import { NOTHING_PUBLISHED, type OnlineContinuation, OnlineProgress } from './online-progress.ts';

const { openOnlineTable, publishOnlineTable } = proxyActivities<OnlineActivities>({
  startToCloseTimeout: '1 hour',
  // A Redis command may take 5 s to fail, and so may the command that gives up the claim after it.
  heartbeatTimeout: '15 seconds',
  retry: keepUp,
});

/**
 * Brings an online table up to the last committed write: once, or repeatedly (`continuous`). A continuous
 * refresh accepts the signals of a stream: pause, resume, runNow, and drain (a last sync, then the end). Each
 * sync becomes readable all at once.
 *
 * @param continuation the state that the previous run of the same workflow hands over. Users omit it.
 * @throws ApplicationFailure `ASOF_INPUT_INVALID`, `ASOF_ONLINE_TABLE_UNKNOWN`, `ASOF_TABLE_NOT_FILLED`.
 */
export async function refreshOnlineTable(
  input: RefreshOnlineTableInput,
  continuation: OnlineContinuation = NOTHING_PUBLISHED,
): Promise<OnlineStatus> {
  const progress = new OnlineProgress(continuation);
  const control = new LoopControl(continuation);

  const settings = await openOnlineTable(input, new Date().toISOString());
  progress.open(settings);
  for (;;) {
    await control.untilResumed(() => progress.show('paused'));
    const startedAt = Date.now();
    const isLast = settings.mode !== 'continuous' || control.draining;
    control.woken = false;
    progress.show('syncing');
    const options = {
      summary: workflowSummary(`${settings.table}, after sync ${progress.status.last?.sync ?? 'none'}`),
    };
    progress.add(await publishOnlineTable.executeWithOptions(options, [settings]));
    if (isLast) break;
    if (shouldContinueAsNew(settings.maxHistoryEvents)) {
      await condition(allHandlersFinished);
      const { paused, draining } = control;
      await continueAsNew<typeof refreshOnlineTable>(input, { ...progress.continuation, paused, draining });
    }
    const dueAt = startedAt + settings.triggerMs;
    await control.untilDue(dueAt, (due) => progress.waitUntil(due), 'sync');
  }
  progress.show('done');
  return progress.status;
}
