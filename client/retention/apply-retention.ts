import { RETENTION_WORKFLOW_ID } from '../../domain/workflow-ids.ts';
import type {
  ApplyRetentionInput,
  RetentionResult,
  RetentionStatus,
} from '../../schemas/workflows/apply-retention.ts';
import { type FollowOptions, followWorkflow } from '../shared/follow-workflow.ts';
import type { Temporal } from '../shared/temporal.ts';

/**
 * Removes what is older than the definitions say, or says what that would be. Takes over
 * a run that an earlier caller has left.
 *
 * @throws AsofError `ASOF_RETENTION_FAILED` with the workflow's own reason.
 */
export async function applyRetention(
  { client, taskQueue }: Temporal,
  input: ApplyRetentionInput,
  options: FollowOptions<RetentionStatus> = {},
): Promise<RetentionResult> {
  // A dry run is asked beside whatever runs.
  const workflowId = input.dryRun ? `${RETENTION_WORKFLOW_ID}-dry-run` : RETENTION_WORKFLOW_ID;
  const handle = await client.workflow.start('applyRetention', {
    ...{ workflowId, taskQueue, args: [input] },
    workflowIdConflictPolicy: 'USE_EXISTING',
    staticSummary: 'what is older than the definitions say',
  });
  return followWorkflow(handle, 'ASOF_RETENTION_FAILED', options);
}
