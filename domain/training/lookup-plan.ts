import { lookedUpNames } from '../features/vectors.ts';
import type {
  FeatureLookup,
  FeatureTableDefinition,
  FeatureType,
  ScalarFeatureType,
} from '../registry/definition.ts';
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

/** A column that a lookup adds to a training set. Each component of a vector is one. */
export interface LookedUpFeature {
  readonly feature: string;
  readonly as: string;
  readonly type: ScalarFeatureType;
  /** Of which vector it is which component, from 0. Undefined: the feature is no vector. */
  readonly vector?: { readonly as: string; readonly component: number };
  readonly default: string | number | boolean | null;
}

/**
 * The longest duration of a plan, in microseconds. It is longer than the time from the year 0 to the year
 * 9999.
 */
const LONGEST: Duration = 10n ** 18n;

/** What a table says of its features, by name. */
export interface FeatureShapes {
  readonly types: ReadonlyMap<string, FeatureType>;
  /** Of those that are vectors. */
  readonly lengths: ReadonlyMap<string, number>;
}

/**
 * Plans a lookup. Durations are limited so that a moment plus or minus a duration fits into 64 bits. The
 * limit changes no result.
 */
export function planLookup(
  { features, lookupKeys, lookback }: FeatureLookup,
  table: FeatureTableDefinition,
  shapes: FeatureShapes,
): LookupPlan {
  return {
    table: table.name,
    primaryKeys: table.primaryKeys,
    lookupKeys,
    availableAfter: durationOf(table.availableAfter),
    lookback: lookback === null ? null : durationOf(lookback),
    features: features.flatMap((feature) => columnsOf(feature, shapes)),
  };
}

/** A column of a feature table that a lookup reads. */
export interface ExportedColumn {
  readonly feature: string;
  readonly isVector: boolean;
  readonly type: ScalarFeatureType;
}

/** What a lookup reads of its table, in order: a vector once for all of its components. */
export function exportedColumns({ features }: LookupPlan): ExportedColumn[] {
  return features
    .filter(({ vector }) => (vector?.component ?? 0) === 0)
    .map(({ feature, type, vector }) => ({ feature, type, isVector: vector !== undefined }));
}

function columnsOf(feature: FeatureLookup['features'][number], shapes: FeatureShapes): LookedUpFeature[] {
  const type = shapes.types.get(feature.feature)!;
  if (type !== 'double[]') return [{ ...feature, type }];
  return lookedUpNames(feature.as, shapes.lengths.get(feature.feature)).map((as, component) => ({
    ...feature,
    as,
    type: 'double',
    vector: { as: feature.as, component },
  }));
}

function durationOf(text: string): Duration {
  const duration = parseDuration(text)!;
  return duration < LONGEST ? duration : LONGEST;
}
