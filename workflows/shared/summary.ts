/** Temporal takes summaries of up to 200 bytes. */
const LONGEST = 190;

/** A line of the Web UI that says what an activity, or a child workflow, does; cut where names are long. */
export function summary(text: string): string {
  return text.slice(0, LONGEST);
}
