import { batchRunWorkflowId } from '../../domain/workflow-ids.ts';
import type { BatchRangeResult, BatchStatus } from '../../schemas/workflows/compute-batch-features.ts';
import type { Connections } from '../shared/connections.ts';
import type { FollowOptions } from '../shared/follow-workflow.ts';
import { runOwn } from '../shared/run-own.ts';

/** Which logical times of a batch table to compute, and how to follow the work. */
export interface RunBatchOptions extends FollowOptions<BatchStatus> {
  /** RFC 3339, inclusive: the call computes the logical times of the table's schedule in this range. */
  readonly from: string;
  /** RFC 3339, inclusive, not in the future. */
  readonly to: string;
  /**
   * Whether to also compute logical times whose inputs have not changed since they were computed. Default:
   * false.
   */
  readonly again?: boolean | undefined;
}

export async function runBatch(
  connections: Connections,
  table: string,
  { from, to, again = false, ...options }: RunBatchOptions,
): Promise<BatchRangeResult> {
  return runOwn(await connections.temporal(), {
    start: {
      type: 'computeBatchFeatures',
      workflowId: batchRunWorkflowId(table),
      input: { table, from, to, again },
      summary: `features.${table} as of every time from ${from} to ${to}`,
    },
    isOwn: (result) => result.from === from && result.to === to && result.again === again,
    options,
  });
}
