/** The longest summary that Temporal accepts, in bytes of UTF-8. */
const LONGEST = 200;

/** Truncates the line that the Web UI shows beside a workflow, a child workflow or an activity. */
export function workflowSummary(text: string): string {
  const { read } = new TextEncoder().encodeInto(text, new Uint8Array(LONGEST));
  return text.slice(0, read);
}
