/** Temporal accepts summaries of up to 200 bytes. */
const LONGEST = 190;

/** Truncates the line that describes an activity or child workflow in the Web UI. */
export function summary(text: string): string {
  return text.slice(0, LONGEST);
}
