/** The id of the one workflow that applies retention, and of its schedule. */
export const RETENTION_WORKFLOW_ID = 'retention';

/** The id of the one workflow that backfills a stream table. */
export function backfillWorkflowId(table: string): string {
  return `backfill-${table}`;
}
