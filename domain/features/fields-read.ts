import { namesIn } from '../expressions/operands.ts';
import {
  type AggregateFeature,
  type FeatureDefinition,
  type StreamTableDefinition,
  isAggregate,
} from '../registry/definition.ts';
import { conditionsOf } from './filter.ts';

/** The fields that an aggregate reads: of its value, and of its conditions. */
export function fieldsRead({ field, where }: Pick<AggregateFeature, 'field' | 'where'>): string[] {
  return [...(field === null ? [] : [field]), ...conditionsOf(where)].flatMap(namesIn);
}

/** The fields that some features read of events, each once. */
export function fieldsOfFeatures(features: readonly FeatureDefinition[]): string[] {
  return [...new Set(features.filter(isAggregate).flatMap(fieldsRead))];
}

/** The fields of its source that decide the rows of a stream table, except the event time. */
export function fieldsOfStreamTable({ primaryKeys, features }: StreamTableDefinition): string[] {
  return [...new Set([...primaryKeys, ...fieldsOfFeatures(features)])];
}
