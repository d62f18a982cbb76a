/** The id of the one workflow that reads an event source. */
export function streamWorkflowId(source: string): string {
  return `stream-${source}`;
}
