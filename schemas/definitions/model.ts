import { z } from 'zod';
import type { ModelDefinition, TrainingSetDefinition } from '../../domain/registry/definition.ts';
import { identifierSchema } from '../values/identifier.ts';
import { parseOrThrow } from '../values/parse.ts';
import { using } from './uses.ts';

const parametersSchema = z.strictObject({
  trees: z.int().min(1).max(10_000),
  learningRate: z.number().positive().max(1),
  depth: z.int().min(1).max(32),
  subsample: z.number().positive().max(1),
  seed: z.int().min(0).max(4_294_967_295),
});

export const modelSchema = z.strictObject({
  kind: z.literal('model'),
  name: identifierSchema,
  trainingSet: z.string().min(1),
  run: z.string().min(1),
  parameters: parametersSchema,
  nulls: z.record(z.string(), z.number()),
  recency: z.string().nullable(),
}) satisfies z.ZodType<ModelDefinition>;

export interface Model {
  readonly definition: ModelDefinition;
}

export interface ModelOptions {
  readonly name: string;
  /** The training set. The model is trained on its rows with the split `train`. */
  readonly trainingSet: { readonly definition: TrainingSetDefinition };
  /** The name of its runs in MLflow. Default: the model's name. */
  readonly run?: string;
  /**
   * The parameters of gradient boosting. Default: 300 trees, a learning rate of 0.05, depth 5, a subsample of
   * 0.8, seed 42.
   */
  readonly parameters?: Partial<ModelDefinition['parameters']>;
  /** The numbers that replace nulls, by the feature's name in the training set. Default: 0. */
  readonly nulls?: Readonly<Record<string, number>>;
  /**
   * The feature whose rank alone is the baseline that the model must beat. Its AUC is logged beside the
   * model's. Omitted: no baseline.
   */
  readonly recency?: string;
}

const DEFAULT_PARAMETERS = { trees: 300, learningRate: 0.05, depth: 5, subsample: 0.8, seed: 42 };

/**
 * Declares a classifier that `trainModel` trains and registers.
 *
 * @throws AsofError `ASOF_DEFINITION_INVALID`, listing every problem.
 */
export function model(options: ModelOptions): Model {
  const { name, trainingSet, run = name, parameters, nulls = {}, recency = null } = options;
  const definition = parseOrThrow(
    modelSchema,
    {
      kind: 'model',
      name,
      trainingSet: trainingSet.definition.name,
      run,
      parameters: { ...DEFAULT_PARAMETERS, ...parameters },
      nulls,
      recency,
    },
    'ASOF_DEFINITION_INVALID',
    `model '${name}'`,
  );
  return using({ definition }, trainingSet);
}
