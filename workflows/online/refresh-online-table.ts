import {
  allHandlersFinished,
  condition,
  continueAsNew,
  proxyActivities,
  setHandler,
  workflowInfo,
} from '@temporalio/workflow';
import type { OnlineActivities } from '../../activities/online/online-activities.ts';
import type {
  OnlineSettings,
  OnlineStatus,
  RefreshOnlineTableInput,
} from '../../schemas/workflows/refresh-online-table.ts';
import { LoopControl } from '../shared/loop-control.ts';
import { type CarriedOnlineProgress, NOTHING_PUBLISHED, OnlineProgress } from './online-progress.ts';
import { onlineStatusQuery } from './refresh-online-table.messages.ts';

const { openOnlineTable, publishOnlineTable } = proxyActivities<OnlineActivities>({
  startToCloseTimeout: '1 hour',
  heartbeatTimeout: '5 seconds',
  retry: { initialInterval: '500 milliseconds', maximumInterval: '3 seconds' },
});

/**
 * Brings an online table up to the last committed write: once, or again and again (`continuous`) with the signals of
 * a stream: pause, resume, drain (a last sync, then the end) and runNow. Each sync becomes readable all at once.
 *
 * @param carried what an earlier run of the same table hands on; a user leaves it out.
 */
export async function refreshOnlineTable(
  input: RefreshOnlineTableInput,
  carried: CarriedOnlineProgress = NOTHING_PUBLISHED,
): Promise<OnlineStatus> {
  const progress = new OnlineProgress(carried);
  const control = new LoopControl(carried);
  setHandler(onlineStatusQuery, () => progress.status);

  const settings = await openOnlineTable(input);
  progress.show('starting', { table: settings.table });
  for (;;) {
    if (control.paused) {
      progress.show('paused');
      await condition(() => !control.paused);
    }
    const startedAt = Date.now();
    const isLast = settings.mode !== 'continuous' || control.draining;
    control.woken = false;
    progress.show('syncing');
    const options = { summary: `${settings.table}, after sync ${progress.status.last?.sync ?? 'none'}` };
    progress.add(await publishOnlineTable.executeWithOptions(options, [settings]));
    if (isLast) break;
    if (shouldContinueAsNew(settings)) {
      await condition(allHandlersFinished);
      const { paused, draining } = control;
      await continueAsNew<typeof refreshOnlineTable>(input, { ...progress.status, paused, draining });
    }
    await untilTrigger(startedAt + settings.triggerMs, progress, control);
  }
  progress.show('done');
  return progress.status;
}

async function untilTrigger(dueAt: number, progress: OnlineProgress, control: LoopControl): Promise<void> {
  const wait = dueAt - Date.now();
  if (wait <= 0 || control.paused) return;
  progress.show('waiting', { nextSyncAt: new Date(dueAt).toISOString() });
  const woken = (): boolean => control.woken || control.draining || control.paused;
  await condition(woken, wait, { summary: 'until the next sync' });
}

function shouldContinueAsNew({ maxHistoryEvents }: OnlineSettings): boolean {
  const { continueAsNewSuggested, historyLength } = workflowInfo();
  return continueAsNewSuggested || historyLength > maxHistoryEvents;
}
