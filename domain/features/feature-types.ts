import { aggregateRules } from '../aggregation/aggregates.ts';
import {
  type EventSourceDefinition,
  type FeatureDefinition,
  type FeatureTableDefinition,
  type FeatureType,
  isAggregate,
} from '../registry/definition.ts';

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
  return new Map(table.features.map((feature) => [feature.name, streamFeatureType(feature, source!)]));
}

function streamFeatureType(feature: FeatureDefinition, source: EventSourceDefinition): FeatureType {
  if (!isAggregate(feature)) return 'double';
  const { featureType } = aggregateRules[feature.aggregate];
  if (featureType !== 'field') return featureType;
  const field = source.fields.find(({ name }) => name === feature.field);
  return field?.type === 'string' || field?.type === 'date' ? 'string' : 'double';
}
