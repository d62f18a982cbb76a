/** The id of the one workflow that applies retention, and of its schedule. */
export const RETENTION_WORKFLOW_ID = 'retention';

/** The id of the one workflow that backfills a stream table. */
export function backfillWorkflowId(table: string): string {
  return `backfill-${table}`;
}

/** The id of the one workflow that reads an event source. */
export function streamWorkflowId(source: string): string {
  return `stream-${source}`;
}

/** The id of the one workflow that keeps an online table. */
export function onlineWorkflowId(table: string): string {
  return `online-${table}`;
}

/** The id of the one workflow that computes a past range of a batch table. */
export function batchRunWorkflowId(table: string): string {
  return `batch-run-${table}`;
}

/** The id of the schedule that computes a batch table. */
export function batchScheduleId(table: string): string {
  return `batch-${table}`;
}
