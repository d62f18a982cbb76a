import { requestTimeOf } from '../features/request-features.ts';
import type { FeatureLookup, RequestTime, TrainingSetDefinition } from '../registry/definition.ts';
import type { ColumnType, TrainingSetColumn } from './manifest.ts';
import type { ModelOutput } from './model-output.ts';

export const MODEL_INPUT_TYPES = ['double', 'string', 'boolean'] as const;

/**
 * An input of a model, whatever the type of the feature: a number (null is NaN), a text (null is ''), or a
 * truth value, which the model sees as the number 1 or 0 (null is NaN).
 */
export interface ModelInput {
  readonly name: string;
  readonly type: (typeof MODEL_INPUT_TYPES)[number];
  /** The looked-up vector whose next component it is. Omitted: it is no component. */
  readonly vector?: string | undefined;
}

/**
 * How to look up a model's inputs as of any moment. It is logged with the model and holds all that serving
 * needs.
 */
export interface FeatureSpecification extends RequestTime {
  readonly trainingSet: string;
  readonly keys: readonly string[];
  readonly lookups: readonly FeatureLookup[];
  /** The looked-up features, then those of a request, in the order of the training set. */
  readonly inputs: readonly ModelInput[];
  /** What the model answers, where it is known. Omitted: the probability of the label 1, of 0 and 1. */
  readonly output?: ModelOutput | undefined;
}

/** The specification of a training set whose columns have the types in `schema`. */
export function featureSpecification(
  definition: TrainingSetDefinition,
  schema: readonly TrainingSetColumn[],
): FeatureSpecification {
  const { name, spine, lookups, requestFeatures = [] } = definition;
  const columnsOf = (name: string) => schema.filter((column) => (column.vector ?? column.name) === name);
  const names = [
    ...lookups.flatMap(({ features }) => features.map(({ as }) => as)),
    ...requestFeatures.map((feature) => feature.name),
  ];
  return {
    trainingSet: name,
    keys: spine.keys,
    lookups,
    inputs: names.flatMap(columnsOf).map(({ type, ...column }) => ({ ...column, type: inputType(type) })),
    ...requestTimeOf(definition),
  };
}

/** The type of the input that a column is. */
export function inputType(type: ColumnType | undefined): ModelInput['type'] {
  return type === 'string' || type === 'boolean' ? type : 'double';
}
