import { setTimeout as delay } from 'node:timers/promises';
import { CallAborted } from './call-aborted.ts';

/**
 * Waits until a call looks again at the workflow that it follows.
 *
 * @throws CallAborted if the signal ends the call; the workflow goes on.
 */
export async function nextLook(
  { workflowId }: { readonly workflowId: string },
  ms: number,
  signal: AbortSignal | undefined,
): Promise<void> {
  try {
    await delay(ms, undefined, { signal });
  } catch {
    throw new CallAborted(workflowId, 'goes on', signal);
  }
}
