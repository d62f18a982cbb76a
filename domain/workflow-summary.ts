/** The longest summary that Temporal accepts, in bytes of UTF-8. */
const LONGEST = 200;

/** Truncates the line that the Web UI shows beside a workflow, a child workflow or an activity. */
export function workflowSummary(text: string): string {
  let bytes = 0;
  let end = 0;
  for (const character of text) {
    const code = character.codePointAt(0)!;
    bytes += code < 0x80 ? 1 : code < 0x800 ? 2 : code < 0x10000 ? 3 : 4;
    if (bytes > LONGEST) break;
    end += character.length;
  }
  return text.slice(0, end);
}
