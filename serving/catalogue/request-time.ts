import type { FeatureValue } from '../../domain/aggregation/aggregator.ts';
import { type RequestRow, compileRequestFeatures } from '../../domain/features/request-features.ts';
import type { RequestValue } from '../../domain/features/request-field.ts';
import type { RequestField, RequestTime } from '../../domain/registry/definition.ts';
import type { Instant } from '../../domain/time/instant.ts';
import type { ModelInput } from '../../domain/training/feature-specification.ts';

/** What an endpoint computes of each request, ready to run. */
export interface ServedRequestTime {
  readonly fields: readonly RequestField[];
  /** The names of the request features, in order. */
  readonly features: readonly string[];
  /**
   * Adds the request features to the values of a record: its looked-up features, and those that are given.
   *
   * @param fields the request fields of the record.
   * @param moment what `now()` is.
   */
  compute(
    values: Record<string, FeatureValue>,
    fields: Readonly<Record<string, RequestValue>>,
    moment: Instant,
  ): void;
}

/**
 * Compiles what an endpoint computes of requests.
 *
 * @param inputs the types of the features. A truth value may be given as 1 or 0, as models take it.
 */
export function servedRequestTime(
  { requestFields = [], requestFeatures = [] }: RequestTime,
  inputs: readonly ModelInput[],
): ServedRequestTime {
  const features = requestFeatures.map(({ name }) => name);
  const truths = inputs.filter(({ type }) => type === 'boolean').map(({ name }) => name);
  const compute = compileRequestFeatures(requestFeatures);
  return {
    fields: requestFields,
    features,
    compute(values, fields, moment) {
      if (features.length === 0) return;
      for (const name of truths) if (typeof values[name] === 'number') values[name] = values[name] === 1;
      const row: RequestRow = { values: { ...values, ...fields }, moment };
      compute(row);
      for (const name of features) values[name] = row.values[name] as FeatureValue; // no feature is a time or a list
    },
  };
}
