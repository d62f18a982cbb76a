import { setTimeout as delay } from 'node:timers/promises';
import type { WorkflowHandle } from '@temporalio/client';
import { backfillWorkflowId } from '../domain/workflow-ids.ts';
import type { BackfillFeaturesInput, BackfillResult, BackfillStatus } from '../schemas/backfill-features.ts';
import type { Temporal } from './temporal.ts';
import { workflowFailure } from './workflow-failure.ts';

const POLL_MS = 500;

export interface BackfillOptions {
  /** Where the backfill stands, each time it is looked at. */
  readonly onProgress?: (status: BackfillStatus) => void;
  readonly signal?: AbortSignal;
}

/**
 * Fills a table that joined its source later, and merges the kept late events of a range of event time. Returns when
 * that is done. Takes over the same backfill that an earlier caller has left; another one that runs is waited for first.
 *
 * @throws AsofError `ASOF_BACKFILL_FAILED` with the workflow's own reason.
 */
export async function backfill(
  { client, taskQueue }: Temporal,
  input: BackfillFeaturesInput,
  { onProgress, signal }: BackfillOptions = {},
): Promise<BackfillResult> {
  const { table, from = null, to = null, late = 'merge' } = input;
  for (;;) {
    const handle = await client.workflow.start('backfillFeatures', {
      ...{ workflowId: backfillWorkflowId(table), taskQueue, args: [input] },
      workflowIdConflictPolicy: 'USE_EXISTING',
      staticSummary: `backfill of features.${table}`.slice(0, 190),
    });
    const result = await follow(handle, onProgress, signal);
    if (result.from === from && result.to === to && result.late === late) return result;
  }
}

async function follow(
  handle: WorkflowHandle,
  onProgress?: (status: BackfillStatus) => void,
  signal?: AbortSignal,
): Promise<BackfillResult> {
  const ended = (handle.result() as Promise<BackfillResult>).catch((error: unknown) => {
    throw workflowFailure(error, 'ASOF_BACKFILL_FAILED', handle.workflowId);
  });
  for (;;) {
    const result = await Promise.race([ended, delay(POLL_MS, undefined, { signal })]);
    if (result) return result;
    onProgress?.(await handle.query<BackfillStatus>('status'));
  }
}
