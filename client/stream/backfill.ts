import { backfillWorkflowId } from '../../domain/workflow-ids.ts';
import type {
  BackfillFeaturesInput,
  BackfillResult,
  BackfillStatus,
} from '../../schemas/workflows/backfill-features.ts';
import { type FollowOptions, followWorkflow } from '../shared/follow-workflow.ts';
import type { Temporal } from '../shared/temporal.ts';

/**
 * Fills a table that joined its source later, and merges the kept late events of a range of event time. Returns when
 * that is done. Takes over the same backfill that an earlier caller has left; another one that runs is waited for first.
 *
 * @throws AsofError `ASOF_BACKFILL_FAILED` with the workflow's own reason.
 */
export async function backfill(
  { client, taskQueue }: Temporal,
  input: BackfillFeaturesInput,
  options: FollowOptions<BackfillStatus> = {},
): Promise<BackfillResult> {
  const { table, from = null, to = null, late = 'merge' } = input;
  for (;;) {
    const handle = await client.workflow.start('backfillFeatures', {
      ...{ workflowId: backfillWorkflowId(table), taskQueue, args: [input] },
      workflowIdConflictPolicy: 'USE_EXISTING',
      staticSummary: `backfill of features.${table}`.slice(0, 190),
    });
    const result = await followWorkflow<BackfillResult, BackfillStatus>(
      handle,
      'ASOF_BACKFILL_FAILED',
      options,
    );
    if (result.from === from && result.to === to && result.late === late) return result;
  }
}
