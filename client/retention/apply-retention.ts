import { formatInstant } from '../../domain/time/instant.ts';
import { RETENTION_DRY_RUN_WORKFLOW_ID, RETENTION_WORKFLOW_ID } from '../../domain/workflow-ids.ts';
import type { RetentionResult, RetentionStatus } from '../../schemas/workflows/apply-retention.ts';
import type { Connections } from '../shared/connections.ts';
import type { FollowOptions } from '../shared/follow-workflow.ts';
import { momentOf } from '../shared/moment.ts';
import { runOwn } from '../shared/run-own.ts';

/** What to remove, and how to follow the work. */
export interface RunRetentionOptions extends FollowOptions<RetentionStatus> {
  /** Whether to only report what would be removed. Default: false. */
  readonly dryRun?: boolean | undefined;
  /** RFC 3339, not in the future: the moment that ages are counted back from. Default: now. */
  readonly at?: string | undefined;
}

export async function applyRetention(
  connections: Connections,
  { dryRun = false, at, ...options }: RunRetentionOptions,
): Promise<RetentionResult> {
  return runOwn(await connections.temporal(), {
    start: {
      type: 'applyRetention',
      // A dry run runs beside any other run.
      workflowId: dryRun ? RETENTION_DRY_RUN_WORKFLOW_ID : RETENTION_WORKFLOW_ID,
      input: { dryRun, at },
      summary: 'what is older than the definitions say',
    },
    isOwn: (result) => at === undefined || result.at === formatInstant(momentOf('at', at)),
    options,
  });
}
