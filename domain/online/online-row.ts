import type { FeatureValue } from '../aggregation/aggregator.ts';
import type { Instant } from '../time/instant.ts';

/** A feature row in the online store. */
export interface OnlineRow {
  readonly featureTs: Instant;
  /** The id of the write that made this version of the row. */
  readonly version: string;
  readonly values: readonly FeatureValue[];
}
