import { batchRunWorkflowId } from '../../domain/workflow-ids.ts';
import type {
  BatchRangeResult,
  BatchStatus,
  ComputeBatchFeaturesInput,
} from '../../schemas/workflows/compute-batch-features.ts';
import { type FollowOptions, followWorkflow } from '../shared/follow-workflow.ts';
import type { Temporal } from '../shared/temporal.ts';

export interface BatchRange {
  readonly table: string;
  /** RFC 3339; the logical times of the table's schedule from here to `to`, both included. */
  readonly from: string;
  readonly to: string;
  /** Whether to compute the times again whose inputs have not changed since. */
  readonly again?: boolean;
}

/**
 * Computes a batch table as of every logical time of a past range, and returns when that is done. Takes over the run
 * of the same range that an earlier caller has left; another range that runs is waited for first.
 *
 * @throws AsofError `ASOF_BATCH_FAILED` with the workflow's own reason.
 */
export async function runBatch(
  { client, taskQueue }: Temporal,
  { table, from, to, again = false }: BatchRange,
  options: FollowOptions<BatchStatus> = {},
): Promise<BatchRangeResult> {
  const input: ComputeBatchFeaturesInput = { table, from, to, again };
  for (;;) {
    const handle = await client.workflow.start('computeBatchFeatures', {
      workflowId: batchRunWorkflowId(table),
      taskQueue,
      args: [input],
      workflowIdConflictPolicy: 'USE_EXISTING',
      staticSummary: `features.${table} as of every time from ${from} to ${to}`.slice(0, 200),
    });
    const result = await followWorkflow<BatchRangeResult, BatchStatus>(handle, 'ASOF_BATCH_FAILED', options);
    if (result.from === from && result.to === to && result.again === again) return result;
  }
}
