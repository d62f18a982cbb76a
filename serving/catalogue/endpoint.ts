import type { FeatureValue } from '../../domain/aggregation/aggregator.ts';
import type { FeatureLookup } from '../../domain/registry/definition.ts';
import { type Duration, parseDuration } from '../../domain/time/duration.ts';
import type { ModelInput } from '../../domain/training/feature-specification.ts';

/** A model that is ready to predict. */
export interface ServableModel {
  readonly inputs: readonly ModelInput[];
  predict(rows: readonly Readonly<Record<string, FeatureValue>>[]): Promise<readonly number[]>;
}

/** A feature lookup with its durations parsed. */
export interface ServedLookup extends Omit<FeatureLookup, 'lookback'> {
  readonly lookback: Duration | null;
}

/** An endpoint that is ready to answer. */
export interface ServedEndpoint {
  readonly name: string;
  readonly lookups: readonly ServedLookup[];
  /** Null for an endpoint that serves features alone. */
  readonly model: ServableModel | null;
}

/** The fields of a record that an endpoint reads: the keys of its look-ups, and features that are given. */
export function fieldsOf({ lookups }: ServedEndpoint): ReadonlySet<string> {
  return new Set(
    lookups.flatMap(({ lookupKeys, features }) => [...lookupKeys, ...features.map(({ as }) => as)]),
  );
}

/** Finds endpoints by their names. */
export interface EndpointSource {
  /** @throws AsofError `ASOF_ENDPOINT_UNKNOWN`; the error of loading the endpoint's model. */
  find(name: string): Promise<ServedEndpoint>;
}

export function servedLookup(lookup: FeatureLookup): ServedLookup {
  return { ...lookup, lookback: lookup.lookback === null ? null : parseDuration(lookup.lookback)! };
}
