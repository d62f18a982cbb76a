import type { FeatureLookup, TrainingSetDefinition } from '../registry/definition.ts';
import type { ColumnType, TrainingSetColumn } from './manifest.ts';

export const MODEL_INPUT_TYPES = ['double', 'string', 'boolean'] as const;

/**
 * An input of a model, whatever the type of the feature: a number (null is NaN), a text (null is ''), or a
 * truth value, which the model sees as the number 1 or 0 (null is NaN).
 */
export interface ModelInput {
  readonly name: string;
  readonly type: (typeof MODEL_INPUT_TYPES)[number];
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
    features.map(({ as }) => ({ name: as, type: inputType(types.get(as)) })),
  );
  return { trainingSet: name, keys: spine.keys, lookups, inputs };
}

function inputType(type: ColumnType | undefined): ModelInput['type'] {
  return type === 'string' || type === 'boolean' ? type : 'double';
}
