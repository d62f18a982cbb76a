import type { OnlineReader } from '../../adapters/redis/online-reader.ts';
import type { FeatureValue } from '../../domain/aggregation/aggregator.ts';
import type { Instant } from '../../domain/time/instant.ts';
import type { FeatureOutputs, Predictions, RequestRecord } from '../../schemas/serving/invocation.ts';
import type { ServedEndpoint } from '../catalogue/endpoint.ts';
import { checkGivenValues } from '../lookup/check-given-values.ts';
import { lookUpFeatures } from '../lookup/look-up.ts';

/**
 * An endpoint's answer to records, with features as of a moment.
 *
 * @throws AsofError `ASOF_REQUEST_INVALID`, and the errors of {@link lookUpFeatures}.
 */
export async function answer(
  endpoint: ServedEndpoint,
  online: OnlineReader,
  records: readonly RequestRecord[],
  asOf: Instant,
): Promise<Predictions | FeatureOutputs> {
  checkGivenValues(endpoint, records);
  const { lookups, model } = endpoint;
  const lookedUp = await lookUpFeatures(online, lookups, records, asOf);
  if (model) return { predictions: await model.predict(lookedUp.map(({ values }) => values)) };
  const keys = [...new Set(lookups.flatMap(({ lookupKeys }) => lookupKeys))];
  const features = lookups.flatMap((lookup) => lookup.features.map(({ as }) => as));
  return {
    outputs: lookedUp.map(({ values }, index) => ({
      ...pick(records[index]! as Readonly<Record<string, FeatureValue>>, keys),
      ...pick(values, features),
    })),
    metadata: lookedUp.map(({ metadata }) => metadata),
  };
}

/** The values with these names, in this order. Missing ones are left out. */
function pick(
  values: Readonly<Record<string, FeatureValue>>,
  names: readonly string[],
): Record<string, FeatureValue> {
  return Object.fromEntries(
    names.flatMap((name) => (Object.hasOwn(values, name) ? [[name, values[name]!]] : [])),
  );
}
