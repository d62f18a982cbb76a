import { setTimeout as delay } from 'node:timers/promises';
import { WorkflowFailedError } from '@temporalio/client';

const AGAIN_AFTER_MS = 500;

/**
 * Does what a user does whose command failed because a server was away: runs it again, until it succeeds.
 *
 * @throws the error of a workflow that failed for good, and the last error after `withinMs`.
 */
export async function insist<Result>(
  work: () => Promise<Result>,
  { signal, withinMs = 180_000 }: { readonly signal: AbortSignal; readonly withinMs?: number },
): Promise<Result> {
  const deadline = Date.now() + withinMs;
  for (;;) {
    signal.throwIfAborted();
    try {
      return await work();
    } catch (error) {
      if (error instanceof WorkflowFailedError || Date.now() > deadline) throw error;
      await delay(AGAIN_AFTER_MS, undefined, { signal });
    }
  }
}
