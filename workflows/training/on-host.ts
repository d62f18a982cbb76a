import { ActivityFailure, TimeoutFailure } from '@temporalio/common';
import { proxyActivities } from '@temporalio/workflow';
import type { Activities } from '../../activities/index.ts';
import { giveUpAfter } from '../shared/activity-options.ts';

const { findHostWorker, findTrainer, findTrainingWorker } = proxyActivities<Activities>({
  startToCloseTimeout: '10 seconds',
  // The pauses add up to a minute, in which a worker restarts. After that it counts as missing.
  retry: giveUpAfter(8),
});

/** For activities on the task queue of a host: how long one waits until the host is asked about again. */
export const UNCLAIMED = { scheduleToStartTimeout: '2 minutes' } as const;

/**
 * Runs an activity on the task queue of a host. Waits while its workers are busy.
 *
 * @throws ApplicationFailure `ASOF_HOST_WORKER_MISSING` if no worker is on the host.
 */
export function onHost<Result>(host: string, run: () => Promise<Result>): Promise<Result> {
  return whileThere(() => findHostWorker(host), run);
}

/** As {@link onHost}, for the Python worker: `ASOF_TRAINING_WORKER_MISSING`. */
export function onTrainingHost<Result>(host: string, run: () => Promise<Result>): Promise<Result> {
  return whileThere(() => findTrainingWorker(host), run);
}

/** As {@link onHost}, for a worker of a user's own: `ASOF_TRAINER_MISSING`. */
export function onOwnTrainer<Result>(taskQueue: string, run: () => Promise<Result>): Promise<Result> {
  return whileThere(() => findTrainer(taskQueue), run);
}

async function whileThere<Result>(find: () => Promise<void>, run: () => Promise<Result>): Promise<Result> {
  for (;;) {
    await find();
    try {
      return await run();
    } catch (error) {
      if (!isUnclaimed(error)) throw error;
    }
  }
}

function isUnclaimed(error: unknown): boolean {
  if (!(error instanceof ActivityFailure) || !(error.cause instanceof TimeoutFailure)) return false;
  return error.cause.timeoutType === 'SCHEDULE_TO_START';
}
