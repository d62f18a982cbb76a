import type { FeatureValue } from '../../domain/aggregation/aggregator.ts';
import type { FeatureLookup, RequestTime } from '../../domain/registry/definition.ts';
import { type Duration, parseDuration } from '../../domain/time/duration.ts';
import type { FeatureSpecification, ModelInput } from '../../domain/training/feature-specification.ts';
import type { Prediction } from '../../domain/training/model-output.ts';
import { type ServedRequestTime, servedRequestTime } from './request-time.ts';

/** A model that is ready to predict. */
export interface ServableModel {
  readonly inputs: readonly ModelInput[];
  predict(rows: readonly Readonly<Record<string, FeatureValue>>[]): Promise<readonly Prediction[]>;
}

/** A feature lookup with its durations parsed. */
export interface ServedLookup extends Omit<FeatureLookup, 'lookback'> {
  readonly lookback: Duration | null;
}

/** An endpoint that is ready to answer. */
export interface ServedEndpoint {
  readonly name: string;
  readonly lookups: readonly ServedLookup[];
  /** What is computed of each request. */
  readonly request: ServedRequestTime;
  /** The types of the features that a model or a request feature reads. */
  readonly inputs: readonly ModelInput[];
  /** Null for an endpoint that serves features alone. */
  readonly model: ServableModel | null;
}

/**
 * The fields of a record that an endpoint reads: the keys of its look-ups, its request fields, and features that are
 * given.
 */
export function fieldsOf({ lookups, request }: ServedEndpoint): ReadonlySet<string> {
  return new Set([
    ...lookups.flatMap(({ lookupKeys }) => lookupKeys),
    ...request.fields.map(({ name }) => name),
    ...featuresOf({ lookups, request }),
  ]);
}

/** The features that an endpoint looks up, then those that it computes. */
export function featuresOf({ lookups, request }: Pick<ServedEndpoint, 'lookups' | 'request'>): string[] {
  return [...lookups.flatMap(({ features }) => features.map(({ as }) => as)), ...request.features];
}

/** Finds endpoints by their names. */
export interface EndpointSource {
  /** @throws AsofError `ASOF_ENDPOINT_UNKNOWN`; the error of loading the endpoint's model. */
  find(name: string): Promise<ServedEndpoint>;
}

/** Makes ready what an endpoint looks up and computes, as a model's specification or a definition says it. */
export function servedFeatures(
  said: Pick<FeatureSpecification, 'lookups' | 'inputs'> & RequestTime,
): Pick<ServedEndpoint, 'lookups' | 'inputs' | 'request'> {
  const { lookups, inputs } = said;
  return { lookups: lookups.map(servedLookup), inputs, request: servedRequestTime(said, inputs) };
}

function servedLookup(lookup: FeatureLookup): ServedLookup {
  return { ...lookup, lookback: lookup.lookback === null ? null : parseDuration(lookup.lookback)! };
}
