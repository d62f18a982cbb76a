import { proxyActivities, sleep } from '@temporalio/workflow';
import type { Activities } from '../../activities/index.ts';
import type { BatchSettings } from '../../schemas/workflows/compute-batch-features.ts';
import type { PartitionTarget } from '../../schemas/workflows/stream-features.ts';
import { question } from '../shared/activity-options.ts';
import type { BatchProgress } from './batch-progress.ts';

const FIRST_POLL_MS = 1_000;
const LONGEST_POLL_MS = 30_000;

const { findBehind } = proxyActivities<Activities>(question);

/** Waits until no event before the last logical time can still be late, by the clock alone. */
export async function untilDue({ dueAtMs }: BatchSettings, progress: BatchProgress): Promise<void> {
  const wait = dueAtMs - Date.now();
  if (wait <= 0) return;
  progress.waitFor([]);
  await sleep(wait, { summary: 'until events may no longer be late' });
}

/** Waits until the stream of the table's source has read every partition past the last logical time. */
export async function untilStreamHasPassed(
  settings: BatchSettings,
  known: readonly PartitionTarget[] | null,
  progress: BatchProgress,
  continueAsNewWhenDue: (behind: readonly PartitionTarget[]) => Promise<void>,
): Promise<void> {
  let behind = await findBehind({ settings, behind: known });
  for (let pause = FIRST_POLL_MS; behind.length > 0; pause = Math.min(pause * 2, LONGEST_POLL_MS)) {
    progress.waitFor(behind);
    await continueAsNewWhenDue(behind);
    await sleep(pause, { summary: `until the stream of ${settings.source} has been read further` });
    behind = await findBehind({ settings, behind });
  }
}
