import type { RetryPolicy } from '@temporalio/common';
import type { ActivityOptions } from '@temporalio/workflow';

/** Most failures are lost connections, which recover within a second. */
const FIRST_RETRY = '500 milliseconds';

/**
 * Retries forever, for work that must keep up with the present: at most 3 s after a server is back, the next
 * attempt starts.
 */
export const keepUp: RetryPolicy = { initialInterval: FIRST_RETRY, maximumInterval: '3 seconds' };

/** Retries forever, for work that is wanted however late it is done. Asks a server at most twice a minute. */
export const untilDone: RetryPolicy = { initialInterval: FIRST_RETRY, maximumInterval: '30 seconds' };

/**
 * Gives up after some attempts, for work that a user waits for. A failure that lasts longer needs the user.
 */
export function giveUpAfter(attempts: number): RetryPolicy {
  return { ...untilDone, maximumAttempts: attempts };
}

/**
 * Work in steps that reports to its workflow every few seconds, although a single statement may take hours.
 */
export const longWork = {
  startToCloseTimeout: '6 hours',
  /**
   * Temporal notices a dead worker after 10 s. Activities report progress every second or two, even on a busy
   * machine.
   */
  heartbeatTimeout: '10 seconds',
} satisfies ActivityOptions;

/**
 * Work on large files, in a library that reports what it has read and written. Some of its steps show nothing
 * for some seconds.
 */
export const filesWork = { ...longWork, heartbeatTimeout: '30 seconds' } satisfies ActivityOptions;

/** Checks and queries that the database answers at once. */
export const question: ActivityOptions = { startToCloseTimeout: '1 minute', retry: untilDone };
