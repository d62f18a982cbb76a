/** The simulator's times are whole milliseconds since 1970, and its durations are in milliseconds. */
export const SECOND = 1_000;
export const MINUTE = 60 * SECOND;
export const HOUR = 60 * MINUTE;
export const DAY = 24 * HOUR;

/** The time in RFC 3339, in UTC, with milliseconds. */
export function timeText(at: number): string {
  return new Date(at).toISOString();
}
