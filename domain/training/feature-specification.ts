import type { FeatureLookup, TrainingSetDefinition } from '../registry/definition.ts';
import type { TrainingSetColumn } from './manifest.ts';

/** What a model reads: numbers (null is NaN) and text (null is ''), whatever the features' own types. */
export interface ModelInput {
  readonly name: string;
  readonly type: 'double' | 'string';
}

/** How to look up what a model reads, as of any moment. Logged with the model, and all that serving needs to know. */
export interface FeatureSpecification {
  readonly trainingSet: string;
  readonly keys: readonly string[];
  readonly lookups: readonly FeatureLookup[];
  /** The looked-up features, in the training set's order. */
  readonly inputs: readonly ModelInput[];
}

/** The specification of a training set whose columns are of the types in `schema`. */
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
