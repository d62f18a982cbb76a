import { aggregateRules } from '../aggregation/aggregates.ts';
import type {
  AggregateFeature,
  EventSourceDefinition,
  FeatureDefinition,
  FeatureTableDefinition,
  TypedFeatureDefinition,
} from '../registry/definition.ts';

/** The most components of a vector. */
export const LONGEST_VECTOR = 4_096;

/**
 * How many components the features of a table have that are vectors, by name.
 *
 * @param source the event source of the table; undefined for an external table.
 */
export function vectorLengths(
  table: FeatureTableDefinition,
  source: EventSourceDefinition | undefined,
): ReadonlyMap<string, number> {
  return new Map(
    table.features.flatMap((feature) => {
      const length = lengthOf(feature, source);
      return length === undefined ? [] : [[feature.name, length] as const];
    }),
  );
}

function lengthOf(
  feature: FeatureDefinition | TypedFeatureDefinition,
  source: EventSourceDefinition | undefined,
): number | undefined {
  if ('expression' in feature) return undefined;
  return 'aggregate' in feature ? vectorLength(feature, source!) : feature.length;
}

/** How many components the values of an aggregate have. Undefined if they are no vectors. */
export function vectorLength(
  { aggregate, field }: AggregateFeature,
  { fields }: EventSourceDefinition,
): number | undefined {
  if (aggregateRules[aggregate].featureType !== 'double[]') return undefined;
  return fields.find(({ name }) => name === field)?.length;
}

/**
 * The columns that a looked-up feature has in a training set, and the inputs that it is to a model.
 *
 * @param length of a vector; undefined for any other feature.
 */
export function lookedUpNames(as: string, length: number | undefined): readonly string[] {
  if (length === undefined) return [as];
  return Array.from({ length }, (_, index) => `${as}_${index}`);
}
