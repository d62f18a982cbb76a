/** A micro-batch that takes this long, in ms, is large enough. */
const LONG_MS = 10_000;

/** What is known of the attempts of an activity before this one. */
export interface Attempts {
  /** The number of this attempt, from 1. */
  readonly attempt: number;
  /** The records of the last micro-batch that was begun and not committed. Undefined if unknown. */
  readonly unfinished: number | undefined;
}

/**
 * The number of records that the first micro-batch of an attempt may take. Each attempt begins with half as
 * many as the one before, which may have taken more than fits into its time.
 */
export function recordsOnAttempt({ attempt, unfinished }: Attempts, most: number): number {
  if (attempt === 1) return most;
  const records = unfinished === undefined ? most / 2 ** (attempt - 1) : Math.min(most, unfinished) / 2;
  return Math.max(1, Math.floor(records));
}

/**
 * The number of records that a micro-batch could have taken: `most`, unless it was committed in parts that are
 * all smaller than a half. A single bad record leaves a half whole, so it does not count.
 */
export function recordsTaken(most: number, read: number, largestPart: number): number {
  return largestPart < Math.floor(read / 2) ? Math.max(1, largestPart) : most;
}

/**
 * The number of records for the micro-batch after one that took `tookMs`: twice as many, unless that would
 * take long. The steps of a backfill grow alike.
 */
export function nextRecords(records: number, most: number, tookMs: number): number {
  return 2 * tookMs > LONG_MS ? records : Math.min(2 * records, most);
}
