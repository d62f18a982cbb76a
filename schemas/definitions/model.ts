import { z } from 'zod';
import type { ModelDefinition } from '../../domain/registry/definition.ts';
import { describedBy } from '../../domain/registry/described.ts';
import { DESCRIBED_OPTIONS, type DescribedOptions, describedShape } from '../values/described.ts';
import { identifierSchema } from '../values/identifier.ts';
import { type OptionNames, expectOptions } from '../values/options.ts';
import { parseOrThrow } from '../values/parse.ts';
import type { TrainingSet } from './training-set.ts';
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
  ...describedShape,
}) satisfies z.ZodType<ModelDefinition>;

export interface Model {
  readonly definition: ModelDefinition;
}

interface ModelOptions<Input extends string> extends DescribedOptions {
  readonly name: string;
  /** The training set. The model is trained on its rows with the split `train`. */
  readonly trainingSet: TrainingSet<Input>;
  /** The name of its runs in MLflow. Default: the model's name. */
  readonly run?: string;
  /**
   * The parameters of gradient boosting. Default: 300 trees, a learning rate of 0.05, depth 5, a subsample of
   * 0.8, seed 42.
   */
  readonly parameters?: Partial<ModelDefinition['parameters']>;
  /** The numbers that replace nulls of number features, by the feature's name in the training set. Default: 0. */
  readonly nulls?: { readonly [Name in NoInfer<Input>]?: number };
  /**
   * The feature whose rank alone is the baseline that the model must beat. Its AUC is logged beside the
   * model's. Omitted: no baseline.
   */
  readonly recency?: NoInfer<Input>;
}

const OPTIONS: OptionNames<ModelOptions<string>> = {
  name: true,
  trainingSet: true,
  run: true,
  parameters: true,
  nulls: true,
  recency: true,
  ...DESCRIBED_OPTIONS,
};

const DEFAULT_PARAMETERS = { trees: 300, learningRate: 0.05, depth: 5, subsample: 0.8, seed: 42 };

/**
 * Declares a classifier that `trainModel` trains and registers.
 *
 * @throws AsofError `ASOF_DEFINITION_INVALID`, listing every problem.
 */
export function model<Input extends string>(options: ModelOptions<Input>): Model {
  expectOptions('model', options, OPTIONS);
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
      ...describedBy(options),
    },
    'ASOF_DEFINITION_INVALID',
    `model '${name}'`,
  );
  return using({ definition }, trainingSet);
}
