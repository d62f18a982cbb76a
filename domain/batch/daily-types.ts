import { aggregateRules } from '../aggregation/aggregates.ts';
import { isOperation } from '../expressions/operands.ts';
import { type TypeOf, typeOfExpression, valueTypeOf } from '../expressions/value-type.ts';
import { derivationOrder } from '../features/derivation-order.ts';
import { featureTypeOf } from '../features/feature-types.ts';
import {
  type AggregateFeature,
  type FeatureDefinition,
  type FeatureType,
  type FieldType,
  isAggregate,
} from '../registry/definition.ts';
import type { Expression, Operation } from '../registry/expression.ts';

/**
 * The type of each feature of a batch table that is computed from day tiles. What depends on itself, or on a name
 * that does not exist, counts as a number.
 *
 * @param columnType the type of a field of the events, or of a column of a joined table. Undefined: there is none.
 */
export function dailyTypes(
  features: readonly FeatureDefinition[],
  columnType: (name: string) => FieldType | undefined,
): ReadonlyMap<string, FeatureType> {
  const types = new Map<string, FeatureType>(
    features.map((feature) => [
      feature.name,
      isAggregate(feature) ? aggregateType(feature, columnType) : 'double',
    ]),
  );
  const typeOf: TypeOf = (name) => {
    const type = types.get(name) ?? columnType(name);
    return type && valueTypeOf(type);
  };
  const isWholeName = (name: string): boolean =>
    types.get(name) === 'bigint' || (!types.has(name) && columnType(name) === 'integer');
  for (const { name, expression } of derivationOrder(features).order)
    types.set(
      name,
      isWhole(expression, isWholeName) ? 'bigint' : featureTypeOf(typeOfExpression(expression, typeOf)),
    );
  return types;
}

function aggregateType(
  { aggregate, field }: AggregateFeature,
  columnType: (name: string) => FieldType | undefined,
): FeatureType {
  const { featureType } = aggregateRules[aggregate];
  if (featureType !== 'field') return featureType;
  const typeOf: TypeOf = (name) => {
    const type = columnType(name);
    return type && valueTypeOf(type);
  };
  return featureTypeOf(field === null ? undefined : typeOfExpression(field, typeOf));
}

/** The operations that give whole numbers of any numbers. */
const WHOLE: readonly Operation['op'][] = ['floor', 'round', 'length', 'hour_of_day', 'day_of_week'];

/** Whether all numbers that an expression gives are whole. Doubles skip some of them; these become null. */
function isWhole(expression: Expression, isWholeName: (name: string) => boolean): boolean {
  if (typeof expression === 'string') return isWholeName(expression);
  if (!isOperation(expression)) return Number.isInteger(expression);
  if (WHOLE.includes(expression.op)) return true;
  if (expression.op !== 'coalesce' && expression.op !== 'when') return false;
  const alternatives = expression.op === 'when' ? expression.of.slice(1) : expression.of;
  return alternatives.every((one) => isWhole(one, isWholeName));
}
