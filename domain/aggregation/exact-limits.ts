import { LONGEST_TEXT, MARK_LENGTH } from './bounded-text.ts';

/** What a partial that holds values may hold before an approximation takes its place. */
export interface ExactLimits {
  /** The number of distinct values. */
  readonly values: number;
  /** The length of the distinct values together, in UTF-16 code units. */
  readonly units: number;
  /** The number of values in the approximation, if it holds values. */
  readonly sample: number;
}

/** The number of distinct values up to which an aggregate is exact by default. */
const EXACT_UP_TO = 65_536;
/** The room for each distinct value. Texts that are longer on average reach the limit earlier. */
const UNITS_PER_VALUE = 64;
/** With all values escaped, a tile of so many units still fits into the longest text of JavaScript. */
const UNITS_PER_TILE = 32 * 1024 * 1024;
const SAMPLE = 1_024;
const LEAST_SAMPLE = 16;

/**
 * The limits of an aggregate.
 *
 * @param sharing the number of aggregations of the table that share a tile's room for values.
 */
export function exactLimits(exactUpTo = EXACT_UP_TO, sharing = 1): ExactLimits {
  const units = Math.floor(Math.min(exactUpTo * UNITS_PER_VALUE, UNITS_PER_TILE / sharing));
  const sample = Math.floor(units / (LONGEST_TEXT + MARK_LENGTH));
  return { values: exactUpTo, units, sample: Math.max(LEAST_SAMPLE, Math.min(SAMPLE, sample)) };
}
