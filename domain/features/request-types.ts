import { typeOfExpression, valueTypeOf } from '../expressions/value-type.ts';
import type { RequestFieldType, RequestTime, ScalarFeatureType } from '../registry/definition.ts';
import { derivationOrder } from './derivation-order.ts';
import { featureTypeOf } from './feature-types.ts';

/**
 * The types of all that the expressions of request features may name: looked-up features, request fields, and
 * request features. A feature that depends on itself, or on a name that does not exist, counts as a number.
 *
 * @param lookedUp the types of the looked-up features, by their names in the training set.
 */
export function requestTypes(
  lookedUp: Iterable<readonly [string, ScalarFeatureType]>,
  { requestFields = [], requestFeatures = [] }: RequestTime,
): ReadonlyMap<string, ScalarFeatureType | RequestFieldType> {
  const types = new Map<string, ScalarFeatureType | RequestFieldType>([
    ...lookedUp,
    ...requestFields.map(({ name, type }) => [name, type] as const),
    ...requestFeatures.map(({ name }) => [name, 'double'] as const),
  ]);
  for (const { name, expression } of derivationOrder(requestFeatures).order) {
    const type = typeOfExpression(expression, (named) => {
      const of = types.get(named);
      return of && valueTypeOf(of);
    });
    types.set(name, featureTypeOf(type));
  }
  return types;
}
