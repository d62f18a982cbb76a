import type { FeatureLookup, TrainingSetDefinition } from '../registry/definition.ts';
import type { TrainingSetColumn } from './manifest.ts';

/** An input of a model: a number (null is NaN) or a text (null is ''), whatever the type of the feature. */
export interface ModelInput {
  readonly name: string;
  readonly type: 'double' | 'string';
}

/**
 * How to look up a model's inputs as of any moment. It is logged with the model and holds all that serving
 * needs.
 */
export interface FeatureSpecification {
  readonly trainingSet: string;
  readonly keys: readonly string[];
  readonly lookups: readonly FeatureLookup[];
  /** The looked-up features, in the order of the training set. */
  readonly inputs: readonly ModelInput[];
}

/** The specification of a training set whose columns have the types in `schema`. */
export function featureSpecification(
  { name, spine, lookups }: TrainingSetDefinition,
  schema: readonly TrainingSetColumn[],
): FeatureSpecification {
  const types = new Map(schema.map((column) => [column.name, column.type]));
  const inputs = lookups.flatMap(({ features }) =>
    features.map(({ as }) => ({ name: as, type: types.get(as) === 'string' ? 'string' : 'double' }) as const),
  );
  return { trainingSet: name, keys: spine.keys, lookups, inputs };
}
