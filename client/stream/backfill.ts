import { backfillWorkflowId } from '../../domain/workflow-ids.ts';
import type { BackfillResult, BackfillStatus } from '../../schemas/workflows/backfill-features.ts';
import type { Connections } from '../shared/connections.ts';
import { type FollowOptions, followWorkflow } from '../shared/follow-workflow.ts';
import { startWorkflow } from '../shared/start-workflow.ts';

/** Which late events of a stream table to merge, and how to follow the work. */
export interface BackfillOptions extends FollowOptions<BackfillStatus> {
  /** RFC 3339 event time, inclusive. The range is widened to whole slides. Default: the first event. */
  readonly from?: string | undefined;
  /** RFC 3339 event time, exclusive. Default: the last event. */
  readonly to?: string | undefined;
  /** `leave`: the call only fills a table that joined its source later. Default: `merge`. */
  readonly late?: 'merge' | 'leave' | undefined;
  /** The number of events in one transaction. Default: 10,000. */
  readonly maxEvents?: number | undefined;
}

export async function backfill(
  connections: Connections,
  table: string,
  { from, to, late = 'merge', maxEvents, ...options }: BackfillOptions,
): Promise<BackfillResult> {
  const temporal = await connections.temporal();
  for (;;) {
    const workflow = await startWorkflow(temporal, {
      type: 'backfillFeatures',
      workflowId: backfillWorkflowId(table),
      input: { table, from, to, late, maxEvents },
      summary: `backfill of features.${table}`,
      whileRunning: 'join',
    });
    const result = await followWorkflow(workflow, options);
    const wanted = [from ?? null, to ?? null, late];
    if ([result.from, result.to, result.late].every((given, index) => given === wanted[index])) return result;
  }
}
