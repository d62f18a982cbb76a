import { setTimeout as delay } from 'node:timers/promises';
import type { WorkflowHandle } from '@temporalio/client';
import type { ErrorCodeOf } from '../../domain/errors/errors.ts';
import { workflowFailure } from './workflow-failure.ts';

const POLL_MS = 500;

export interface FollowOptions<Status> {
  /** What the workflow's `status` query answers, each time it is looked at. */
  readonly onProgress?: (status: Status) => void;
  readonly signal?: AbortSignal;
}

/**
 * Waits until a workflow ends, and answers what it came to.
 *
 * @throws AsofError `code` with the workflow's own reason.
 */
export async function followWorkflow<Result extends object, Status>(
  handle: WorkflowHandle,
  code: ErrorCodeOf<'input'>,
  { onProgress, signal }: FollowOptions<Status>,
): Promise<Result> {
  const ended = (handle.result() as Promise<Result>).catch((error: unknown) => {
    throw workflowFailure(error, code, handle.workflowId);
  });
  for (;;) {
    const result = await Promise.race([ended, delay(POLL_MS, undefined, { signal })]);
    if (result) return result;
    onProgress?.(await handle.query<Status>('status'));
  }
}
