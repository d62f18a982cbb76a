import { aggregateRules } from '../aggregation/aggregates.ts';
import { type TypeOf, typeOfExpression, valueTypeOf } from '../expressions/value-type.ts';
import type { ValueType } from '../expressions/value.ts';
import {
  type AggregateFeature,
  type EventSourceDefinition,
  type FeatureTableDefinition,
  type FeatureType,
  type ScalarFeatureType,
  isAggregate,
} from '../registry/definition.ts';
import { derivationOrder } from './derivation-order.ts';

/**
 * The type of each feature of a table, in the order of its columns.
 *
 * @param source the event source of the table; undefined for an external table.
 */
export function featureTypes(
  table: FeatureTableDefinition,
  source: EventSourceDefinition | undefined,
): ReadonlyMap<string, FeatureType> {
  if (table.kind !== 'stream_table') return new Map(table.features.map(({ name, type }) => [name, type]));
  const types = new Map<string, FeatureType>(
    table.features.map((feature) => [
      feature.name,
      isAggregate(feature) ? aggregateType(feature, source!) : 'double',
    ]),
  );
  const typeOf: TypeOf = (name) => {
    const type = types.get(name);
    return type && valueTypeOf(type);
  };
  for (const { name, expression } of derivationOrder(table.features).order)
    types.set(name, featureTypeOf(typeOfExpression(expression, typeOf)));
  return types;
}

function aggregateType(feature: AggregateFeature, source: EventSourceDefinition): FeatureType {
  const { featureType } = aggregateRules[feature.aggregate];
  if (featureType !== 'field') return featureType;
  const type = feature.field === null ? undefined : typeOfExpression(feature.field, fieldTypesOf(source));
  return featureTypeOf(type);
}

/** The types of what an expression over the events of a source may name. */
function fieldTypesOf({ fields }: EventSourceDefinition): TypeOf {
  const types = new Map(fields.map(({ name, type }) => [name, valueTypeOf(type)]));
  return (name) => types.get(name);
}

/** The type of a feature that has such values. Undefined counts as a number. */
export function featureTypeOf(type: ValueType | undefined): ScalarFeatureType {
  if (type === 'boolean') return type;
  return type === 'text' || type === 'date' ? 'string' : 'double';
}

/** Whether a feature of the type is a number, which expressions take. */
export function isNumeric(type: FeatureType): boolean {
  return type === 'bigint' || type === 'double';
}
