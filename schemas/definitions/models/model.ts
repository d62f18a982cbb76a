import { z } from 'zod';
import type { ModelDefinition } from '../../../domain/registry/definition.ts';
import { describedBy } from '../../../domain/registry/described.ts';
import type { KnownEstimator, ModelParameters, ModelTask } from '../../../domain/registry/model-estimator.ts';
import { DESCRIBED_OPTIONS, type DescribedOptions, describedShape } from '../../values/described.ts';
import { identifierSchema } from '../../values/identifier.ts';
import { type OptionNames, expectOptions } from '../../values/options.ts';
import { define } from '../making/define.ts';
import type { TrainingSet } from '../training-set.ts';
import {
  type GradientBoostingParameters,
  type HistGradientBoostingParameters,
  type LinearParameters,
  parametersOf,
} from './parameters.ts';
import { unfitOptions } from './rules.ts';

const MOST_CHARACTERS_OF_CODE = 262_144;
const MINUTES = 60;
const MEMORY_MB = 4_096;
/** Models compute in single precision. */
const MOST_OF_A_NUMBER = 3.4e38;

const minutesSchema = z.number().positive().max(1_440);
const estimatorSchema = z.union(
  [
    z.enum(['histGradientBoosting', 'linear']),
    z.strictObject({
      python: z.string().min(1).max(MOST_CHARACTERS_OF_CODE),
      minutes: minutesSchema,
      memoryMb: z.int().min(512).max(1_048_576),
    }),
    z.strictObject({
      activity: z.string().min(1).max(200),
      taskQueue: z.string().min(1).max(200),
      minutes: minutesSchema,
    }),
  ],
  "expected 'gradientBoosting', 'histGradientBoosting', 'linear', { python: the text of a file } or { activity, taskQueue }",
);
const textsSchema = z
  .array(z.string().min(1, 'the empty text is no category: it stands for null').max(1_000))
  .min(1)
  .max(10_000)
  .refine((texts) => new Set(texts).size === texts.length, 'a category stands there twice');
const classSchema = z.string().regex(/^-?\d+$/);

export const modelSchema = z
  .strictObject({
    kind: z.literal('model'),
    name: identifierSchema,
    trainingSet: z.string().min(1),
    run: z.string().min(1),
    task: z.enum(['regression', 'ranking']).optional(),
    estimator: estimatorSchema.optional(),
    parameters: z.record(z.string(), z.union([z.number(), z.string(), z.boolean()])),
    nulls: z.record(z.string(), z.number().min(-MOST_OF_A_NUMBER).max(MOST_OF_A_NUMBER)),
    recency: z.string().nullable(),
    categories: z.record(z.string(), textsSchema).optional(),
    maxCategories: z.int().min(1).max(10_000).optional(),
    classWeights: z
      .union(
        [z.literal('balanced'), z.record(classSchema, z.number().positive().max(1e9))],
        "expected 'balanced', or a weight above 0 for each label, which is a whole number",
      )
      .optional(),
    earlyStopping: z.int().min(1).max(1_000).optional(),
    group: z.string().min(1).optional(),
    ...describedShape,
  })
  .superRefine((model, context) => {
    for (const problem of unfitOptions(model)) context.addIssue({ code: 'custom', ...problem });
  }) satisfies z.ZodType<ModelDefinition>;

export interface Model {
  readonly definition: ModelDefinition;
}

/** A user's own estimator of scikit-learn: the text of a Python file that has a function `make_estimator`. */
export interface PythonFile {
  readonly python: string;
  /** Default: 60. */
  readonly minutes?: number;
  /** Default: 4096. */
  readonly memoryMb?: number;
}

/** A user's own activity that trains. */
export interface TrainingActivity {
  readonly activity: string;
  readonly taskQueue: string;
  /** Default: 60. */
  readonly minutes?: number;
}

interface CommonOptions<Input extends string> extends DescribedOptions {
  /** The model's name: that of the registered model and of the experiment in MLflow. */
  readonly name: string;
  /** The training set. The model is trained on its rows with the split `train`. */
  readonly trainingSet: TrainingSet<Input>;
  /** The name of its runs in MLflow. Default: the model's name. */
  readonly run?: string;
  /**
   * What the model says of a row: which class its label is (labels are whole numbers: 0 and 1, or up to 100
   * different ones), a number, or its place among the rows of its `group`. Default: `classification`.
   */
  readonly task?: ModelTask;
  /**
   * The numbers that replace nulls of numbers and truth values, by the feature's name in the training set; of a
   * truth value 0 or 1. `histGradientBoosting` takes nulls as they are. Default: 0 for each.
   */
  readonly nulls?: { readonly [Name in NoInfer<Input>]?: number };
  /**
   * The numeric feature whose rank alone is the baseline that the model must beat. Its AUC is logged beside the
   * model's. Omitted: no baseline.
   */
  readonly recency?: NoInfer<Input>;
  /**
   * The texts that are told apart, by the feature's name in the training set. All others are one: other, as
   * null is. Omitted: the most frequent ones of the train rows.
   */
  readonly categories?: { readonly [Name in NoInfer<Input>]?: readonly string[] };
  /** The most texts of a feature that are told apart, where `categories` does not name them. Default: 100. */
  readonly maxCategories?: number;
  /**
   * How much the train rows of each class count: `balanced`, so that all classes count the same, or a weight for
   * each label. Weighted probabilities are not those of the labels. Default: 1 for each.
   */
  readonly classWeights?: 'balanced' | { readonly [label: number]: number };
  /**
   * Boosting stops after so many trees that do not improve the loss on the val rows. Omitted: it makes all trees.
   */
  readonly earlyStopping?: number;
  /** The column of the spine whose equal values are ranked against each other, with `task: 'ranking'`. Omitted: none. */
  readonly group?: string;
}

interface EstimatorOptions<Estimator, Parameters> {
  /**
   * What learns: a [name](#estimators), the [text of a Python file](#an-estimator-of-your-own), or an
   * [activity of yours](#an-activity-of-your-own). Default: `gradientBoosting`.
   */
  readonly estimator?: Estimator;
  /** The estimator's parameters. Default: [those of each](#estimators). */
  readonly parameters?: Parameters;
}

type ModelOptions<Input extends string> = CommonOptions<Input> &
  (
    | EstimatorOptions<'gradientBoosting', Partial<GradientBoostingParameters>>
    | Named<EstimatorOptions<'histGradientBoosting', Partial<HistGradientBoostingParameters>>>
    | Named<EstimatorOptions<'linear', Partial<LinearParameters>>>
    | Named<EstimatorOptions<PythonFile | TrainingActivity, ModelParameters>>
  );

/** Options that say their estimator. */
type Named<Options> = Options & Record<'estimator', unknown>;

const OPTIONS: OptionNames<ModelOptions<string>> = {
  name: true,
  trainingSet: true,
  run: true,
  task: true,
  estimator: true,
  parameters: true,
  nulls: true,
  recency: true,
  categories: true,
  maxCategories: true,
  classWeights: true,
  earlyStopping: true,
  group: true,
  ...DESCRIBED_OPTIONS,
};

/**
 * Declares a model that `trainModel` trains and registers: a classifier by gradient boosting, unless it says another
 * task or estimator.
 *
 * @throws AsofError `ASOF_DEFINITION_INVALID`, listing every problem.
 * @example
 * ```ts
 * export const churnModel = model({
 *   name: 'churn_model',
 *   trainingSet: churn,
 *   parameters: { trees: 200 },
 *   recency: 'days_since_last_purchase',
 * });
 * ```
 */
export function model<Input extends string>(options: ModelOptions<Input>): Model {
  expectOptions('model', options, OPTIONS);
  const { name, trainingSet, run = name, task, parameters, nulls = {}, recency = null } = options;
  const { categories, maxCategories, classWeights, earlyStopping, group } = options;
  const estimator = chosen(options.estimator);
  return define(
    modelSchema,
    {
      kind: 'model',
      name,
      trainingSet: trainingSet.definition.name,
      run,
      ...(task === 'classification' ? {} : given({ task })),
      ...given({ estimator }),
      parameters: parametersOf(estimator, parameters),
      nulls,
      recency,
      ...given({ categories, maxCategories, classWeights, earlyStopping, group }),
      ...describedBy(options),
    },
    { uses: [trainingSet] },
  );
}

/** What is said. What is not has no member, so that a definition's hash does not change with options to come. */
function given<Options extends object>(options: Options): Partial<Options> {
  return Object.fromEntries(
    Object.entries(options).filter(([, value]) => value !== undefined),
  ) as Partial<Options>;
}

function chosen(estimator: KnownEstimator | PythonFile | TrainingActivity | undefined) {
  if (estimator === 'gradientBoosting') return undefined;
  if (typeof estimator !== 'object' || estimator === null) return estimator;
  return 'python' in estimator
    ? { minutes: MINUTES, memoryMb: MEMORY_MB, ...estimator }
    : { minutes: MINUTES, ...estimator };
}
