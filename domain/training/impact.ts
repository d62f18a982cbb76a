import type { Instant } from '../time/instant.ts';

/** A row of a feature table that a correction made otherwise. */
export interface CorrectedRow {
  /** In the order of the primary keys. */
  readonly key: readonly string[];
  readonly featureTs: Instant;
  readonly change: 'created' | 'changed' | 'removed';
  /** The features whose values differ, nulls of rows that are not there included. */
  readonly features: readonly string[];
}

/** The rows of a table that a correction made otherwise. */
export interface CorrectedRows {
  readonly table: string;
  readonly rows: number;
  /** How many of them were not there before, and how many are not there any more. */
  readonly created: number;
  readonly removed: number;
  /** Some of them, in the order of their times. */
  readonly listed: readonly CorrectedRow[];
}

/** What a lookup of a training set would give otherwise after a correction. */
export interface TouchedLookup {
  readonly table: string;
  /** The number of rows of the set with another value in one of the features. */
  readonly rows: number;
  /** Those features, by their names in the set, each with the number of rows. */
  readonly features: Readonly<Record<string, number>>;
}
