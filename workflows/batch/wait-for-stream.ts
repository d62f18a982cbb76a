import { proxyActivities, sleep } from '@temporalio/workflow';
import type { Activities } from '../../activities/index.ts';
import type { BatchSettings, StreamWait } from '../../schemas/workflows/compute-batch-features.ts';
import { question } from '../shared/activity-options.ts';
import type { BatchProgress } from './batch-progress.ts';

const FIRST_POLL_MS = 1_000;
const LONGEST_POLL_MS = 30_000;

const { findBehind } = proxyActivities<Activities>(question);

/**
 * Waits until no event before the first of the times can still be late, by the clock alone.
 *
 * @returns the times for which that holds, of which there is at least one.
 */
export async function untilSettled(
  { settledAfterMs }: BatchSettings,
  times: readonly string[],
  progress: BatchProgress,
): Promise<readonly string[]> {
  const isSettled = (time: string): boolean => Date.parse(time) + settledAfterMs <= Date.now();
  const wait = Date.parse(times[0]!) + settledAfterMs - Date.now();
  if (wait > 0) {
    progress.waitForClock(new Date(Date.now() + wait));
    await sleep(wait, { summary: 'until events may no longer be late' });
  }
  const unsettled = times.findIndex((time, index) => index > 0 && !isSettled(time));
  return unsettled < 0 ? times : times.slice(0, unsettled);
}

/** Waits until the stream of the table's source has read every partition past the logical time. */
export async function untilStreamHasPassed(
  first: StreamWait,
  progress: BatchProgress,
  continueAsNewWhenDue: (wait: StreamWait) => Promise<void>,
): Promise<void> {
  let behind = await findBehind(first);
  for (let pause = FIRST_POLL_MS; behind.length > 0; pause = Math.min(pause * 2, LONGEST_POLL_MS)) {
    const wait = { ...first, behind };
    progress.waitForStream(wait);
    await continueAsNewWhenDue(wait);
    await sleep(pause, { summary: `until the stream of ${first.source} has been read further` });
    behind = await findBehind(wait);
  }
}
