import type { FeatureValue } from '../../domain/aggregation/aggregator.ts';
import type { RequestRecord } from '../../schemas/serving/request-body.ts';

/**
 * The features with these names that a record gives. An empty text is null, as in a spine, whose files do not tell one
 * from the other.
 */
export function givenValues(record: RequestRecord, names: Iterable<string>): Record<string, FeatureValue> {
  const given: Record<string, FeatureValue> = {};
  for (const name of names) {
    if (!Object.hasOwn(record, name)) continue;
    const value = record[name] as FeatureValue;
    given[name] = value === '' ? null : value;
  }
  return given;
}
