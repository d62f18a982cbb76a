import { backfillWorkflowId } from '../../domain/workflow-ids.ts';
import type { BackfillResult, BackfillStatus } from '../../schemas/workflows/backfill-features.ts';
import type { Connections } from '../shared/connections.ts';
import type { FollowOptions } from '../shared/follow-workflow.ts';
import { runOwn } from '../shared/run-own.ts';

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
  return runOwn(await connections.temporal(), {
    start: {
      type: 'backfillFeatures',
      workflowId: backfillWorkflowId(table),
      input: { table, from, to, late, maxEvents },
      summary: `backfill of features.${table}`,
    },
    isOwn: (result) => result.from === (from ?? null) && result.to === (to ?? null) && result.late === late,
    options,
  });
}
