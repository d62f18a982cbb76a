import type { FeatureLookup, FeatureTableDefinition, FeatureType } from '../registry/definition.ts';
import { type Duration, parseDuration } from '../time/duration.ts';

/** A feature lookup with what is known of its table: all that it takes to find a row as of a moment. */
export interface LookupPlan {
  readonly table: string;
  readonly primaryKeys: readonly string[];
  /** Columns of the spine that hold the primary keys, in their order. */
  readonly lookupKeys: readonly string[];
  /** A row may be read when `feature_ts + availableAfter <= moment`. */
  readonly availableAfter: Duration;
  /** A row counts only if `feature_ts > moment − lookback`; null: however old. */
  readonly lookback: Duration | null;
  readonly features: readonly LookedUpFeature[];
}

export interface LookedUpFeature {
  readonly feature: string;
  readonly as: string;
  readonly type: FeatureType;
  readonly default: string | number | null;
}

/** The longest that any duration needs to be, in microseconds: longer than from the year 0 to the year 9999. */
const LONGEST: Duration = 10n ** 18n;

/** Durations are cut to where moments plus or minus them still fit 64 bits, which changes no answer. */
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
