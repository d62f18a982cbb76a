import { setTimeout as delay } from 'node:timers/promises';
import { RETENTION_WORKFLOW_ID } from '../domain/workflow-ids.ts';
import type { ApplyRetentionInput, RetentionResult, RetentionStatus } from '../schemas/apply-retention.ts';
import type { Temporal } from './temporal.ts';
import { workflowFailure } from './workflow-failure.ts';

const POLL_MS = 500;

export interface ApplyRetentionOptions {
  /** Where the run stands, each time it is looked at. */
  readonly onProgress?: (status: RetentionStatus) => void;
  readonly signal?: AbortSignal;
}

/**
 * Removes what is older than the definitions say, or says what that would be. Takes over
 * a run that an earlier caller has left.
 *
 * @throws AsofError `ASOF_RETENTION_FAILED` with the workflow's own reason.
 */
export async function applyRetention(
  { client, taskQueue }: Temporal,
  input: ApplyRetentionInput,
  { onProgress, signal }: ApplyRetentionOptions = {},
): Promise<RetentionResult> {
  // A dry run is asked beside whatever runs.
  const workflowId = input.dryRun ? `${RETENTION_WORKFLOW_ID}-dry-run` : RETENTION_WORKFLOW_ID;
  const handle = await client.workflow.start('applyRetention', {
    ...{ workflowId, taskQueue, args: [input] },
    workflowIdConflictPolicy: 'USE_EXISTING',
    staticSummary: 'what is older than the definitions say',
  });
  const ended = (handle.result() as Promise<RetentionResult>).catch((error: unknown) => {
    throw workflowFailure(error, 'ASOF_RETENTION_FAILED', handle.workflowId);
  });
  for (;;) {
    const result = await Promise.race([ended, delay(POLL_MS, undefined, { signal })]);
    if (result) return result;
    onProgress?.(await handle.query<RetentionStatus>('status'));
  }
}
