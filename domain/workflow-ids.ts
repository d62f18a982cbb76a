/** The id of the one workflow that backfills a stream table. */
export function backfillWorkflowId(table: string): string {
  return `backfill-${table}`;
}
