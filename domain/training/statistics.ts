import type { ColumnType } from './manifest.ts';

/** The quantiles that are kept of the numbers of a column, by name. */
export const QUANTILES = {
  p1: 0.01,
  p5: 0.05,
  p25: 0.25,
  p50: 0.5,
  p75: 0.75,
  p95: 0.95,
  p99: 0.99,
} as const;

/** The name of a quantile that is kept: `p5` is the number that 5 % of the numbers are at most. */
export type QuantileName = keyof typeof QUANTILES;

/** What the numbers of a column are like; truth values count as 0 and 1. NaN and what is out of range are left out. */
export interface NumberStatistics {
  readonly nan: number;
  /** Infinities, and numbers from ±1e150 on, whose squares have no double. */
  readonly outOfRange: number;
  /** Null if the column has no number in range, as is what follows. */
  readonly min: number | null;
  readonly max: number | null;
  readonly mean: number | null;
  /** Of the population: the root of the mean squared distance from the mean. */
  readonly standardDeviation: number | null;
  /** Values of the column. Above 100,000 rows, of a sample of about so many, always the same; null if it has none. */
  readonly quantiles: Readonly<Record<QuantileName, number>> | null;
}

/** A text of a column, its first 200 characters, and the number of rows that have it. */
export interface FrequentText {
  readonly value: string;
  readonly rows: number;
}

/** What a feature or the label of a training set is like. */
export interface ColumnStatistics {
  readonly column: string;
  readonly type: ColumnType;
  readonly rows: number;
  readonly nulls: number;
  /** The rows for which the look-up of the feature found nothing. Null for what is not looked up. */
  readonly notFound: number | null;
  /** The different values: of texts exact, of whole numbers to some percent. Null for other types. */
  readonly distinct: number | null;
  /** Null for texts and times. */
  readonly numbers: NumberStatistics | null;
  /** The ten most frequent texts, of equally frequent ones the first by their bytes. Null for other types. */
  readonly top: readonly FrequentText[] | null;
}
