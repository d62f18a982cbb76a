/** The simulator's times are whole milliseconds since the epoch, in UTC, and its durations milliseconds. */
export const SECOND = 1_000;
export const MINUTE = 60 * SECOND;
export const HOUR = 60 * MINUTE;
export const DAY = 24 * HOUR;

/** RFC 3339 with milliseconds. */
export function timeText(at: number): string {
  return new Date(at).toISOString();
}
