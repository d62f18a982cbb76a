import type { OnlineReader } from '../../adapters/redis/online-reader.ts';
import type { FeatureValue } from '../../domain/aggregation/aggregator.ts';
import type { Instant } from '../../domain/time/instant.ts';
import type { Prediction } from '../../domain/training/model-output.ts';
import type { FeatureOutputs, Predictions, RecordError } from '../../schemas/serving/invocation.ts';
import type { RequestRecord } from '../../schemas/serving/request-body.ts';
import { type ServedEndpoint, featuresOf } from '../catalogue/endpoint.ts';
import { addComponents } from '../lookup/add-components.ts';
import { checkGivenValues } from '../lookup/check-given-values.ts';
import { givenValues } from '../lookup/given-values.ts';
import { type LookedUp, lookUpFeatures, unreadable } from '../lookup/look-up.ts';
import { readRequestFields } from '../lookup/read-request-fields.ts';

/**
 * An endpoint's answer to records, with features as of a moment, which is also what `now()` is. A record of which a
 * row is unreadable is listed in `errors`; the others are answered.
 *
 * @throws AsofError `ASOF_REQUEST_INVALID`, and the errors of {@link lookUpFeatures};
 * `ASOF_ONLINE_VALUE_UNREADABLE` if no record has an answer.
 */
export async function answer(
  endpoint: ServedEndpoint,
  online: OnlineReader,
  records: readonly RequestRecord[],
  asOf: Instant,
): Promise<Predictions | FeatureOutputs> {
  checkGivenValues(endpoint, records);
  const { lookups, request, model } = endpoint;
  const fields = readRequestFields(request.fields, records);
  const lookedUp = await lookUpFeatures(online, lookups, records, asOf);
  for (const [index, { values }] of lookedUp.entries()) {
    addComponents(endpoint.inputs, values);
    Object.assign(values, givenValues(records[index]!, request.features));
    request.compute(values, fields[index]!, asOf);
  }
  const failed = errorsOf(lookedUp);
  const errors = failed.length > 0 ? { errors: failed } : {};
  if (model) return { predictions: await predictAll(model, lookedUp, failed), ...errors };
  const keys = [...new Set(lookups.flatMap(({ lookupKeys }) => lookupKeys))];
  const features = featuresOf(endpoint);
  return {
    outputs: lookedUp.map(({ values }, index) => ({
      ...pick(records[index]! as Readonly<Record<string, FeatureValue>>, keys),
      ...pick(values, features),
    })),
    metadata: lookedUp.map(({ metadata }) => metadata),
    ...errors,
  };
}

function errorsOf(lookedUp: readonly LookedUp[]): RecordError[] {
  const failed = lookedUp.flatMap(({ metadata }, record) => {
    const tables = metadata.filter(({ status }) => status === 'unreadable').map(({ table }) => table);
    return tables.length > 0 ? [{ record, error: unreadable(tables) }] : [];
  });
  if (failed.length > 0 && failed.length === lookedUp.length) throw failed[0]!.error;
  return failed.map(({ record, error: { code, message } }) => ({ record, error_code: code, message }));
}

/** The predictions for the records that did not fail, and null for the others. */
async function predictAll(
  model: NonNullable<ServedEndpoint['model']>,
  lookedUp: readonly LookedUp[],
  failed: readonly RecordError[],
): Promise<(Prediction | null)[]> {
  const failing = new Set(failed.map(({ record }) => record));
  const known = lookedUp.filter((_, record) => !failing.has(record));
  const predictions = (await model.predict(known.map(({ values }) => values))).values();
  return lookedUp.map((_, record) => (failing.has(record) ? null : predictions.next().value!));
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
