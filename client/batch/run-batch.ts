import { batchRunWorkflowId } from '../../domain/workflow-ids.ts';
import type { BatchRangeResult, BatchStatus } from '../../schemas/workflows/compute-batch-features.ts';
import { type FollowOptions, followWorkflow } from '../shared/follow-workflow.ts';
import { startWorkflow } from '../shared/start-workflow.ts';
import type { Systems } from '../shared/systems.ts';

/** Which times of a batch table to compute, and how to follow the work. */
export interface RunBatchOptions extends FollowOptions<BatchStatus> {
  /** RFC 3339; the logical times of the table's schedule from here to `to`, both included. */
  readonly from: string;
  /** RFC 3339, not in the future. */
  readonly to: string;
  /** Whether to compute the times again whose inputs have not changed since. Default: false. */
  readonly again?: boolean | undefined;
}

export async function runBatch(
  systems: Systems,
  table: string,
  { from, to, again = false, ...options }: RunBatchOptions,
): Promise<BatchRangeResult> {
  const temporal = await systems.temporal();
  for (;;) {
    const workflow = await startWorkflow(temporal, {
      type: 'computeBatchFeatures',
      workflowId: batchRunWorkflowId(table),
      input: { table, from, to, again },
      summary: `features.${table} as of every time from ${from} to ${to}`,
      whileRunning: 'join',
    });
    const result = await followWorkflow(workflow, options);
    if (result.from === from && result.to === to && result.again === again) return result;
  }
}
