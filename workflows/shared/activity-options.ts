import type { RetryPolicy } from '@temporalio/common';
import type { ActivityOptions } from '@temporalio/workflow';

/** Most failures are a connection that was lost, and mend by themselves within a second. */
const FIRST_RETRY = '500 milliseconds';

/** Without end, for what has to stay close to now: when a server is back, the next attempt is at most 3 s away. */
export const keepUp: RetryPolicy = { initialInterval: FIRST_RETRY, maximumInterval: '3 seconds' };

/** Without end, for work that somebody will want however late it comes; asks no more than twice a minute. */
export const untilDone: RetryPolicy = { initialInterval: FIRST_RETRY, maximumInterval: '30 seconds' };

/** For work that somebody waits for: what has not mended by then is for him to look at. */
export function giveUpAfter(attempts: number): RetryPolicy {
  return { ...untilDone, maximumAttempts: attempts };
}

/** Work in steps that reports to its workflow every few seconds; but a single statement may take hours. */
export const longWork = {
  startToCloseTimeout: '6 hours',
  /** A worker that died is noticed in 10 s; facts come every second or two, also from a busy machine. */
  heartbeatTimeout: '10 seconds',
} satisfies ActivityOptions;

/** Checks and questions that take the database a moment. */
export const question: ActivityOptions = { startToCloseTimeout: '1 minute', retry: untilDone };
