import type { FeatureLookup, FeatureTableDefinition, FeatureType } from '../registry/definition.ts';
import { type Duration, parseDuration } from '../time/duration.ts';

/** A feature lookup together with the facts of its table that finding a row as of a moment requires. */
export interface LookupPlan {
  readonly table: string;
  readonly primaryKeys: readonly string[];
  /** The columns of the spine that hold the primary keys, in the order of the primary keys. */
  readonly lookupKeys: readonly string[];
  /** A row is visible when `feature_ts + availableAfter <= moment`. */
  readonly availableAfter: Duration;
  /** A row counts only if `feature_ts > moment − lookback`. Null: a row of any age counts. */
  readonly lookback: Duration | null;
  readonly features: readonly LookedUpFeature[];
}

export interface LookedUpFeature {
  readonly feature: string;
  readonly as: string;
  readonly type: FeatureType;
  readonly default: string | number | boolean | null;
}

/**
 * The longest duration of a plan, in microseconds. It is longer than the time from the year 0 to the year
 * 9999.
 */
const LONGEST: Duration = 10n ** 18n;

/**
 * Plans a lookup. Durations are limited so that a moment plus or minus a duration fits into 64 bits. The
 * limit changes no result.
 */
export function planLookup(
  { features, lookupKeys, lookback }: FeatureLookup,
  table: FeatureTableDefinition,
  types: ReadonlyMap<string, FeatureType>,
): LookupPlan {
  return {
    table: table.name,
    primaryKeys: table.primaryKeys,
    lookupKeys,
    availableAfter: durationOf(table.availableAfter),
    lookback: lookback === null ? null : durationOf(lookback),
    features: features.map((feature) => ({ ...feature, type: types.get(feature.feature)! })),
  };
}

function durationOf(text: string): Duration {
  const duration = parseDuration(text)!;
  return duration < LONGEST ? duration : LONGEST;
}
