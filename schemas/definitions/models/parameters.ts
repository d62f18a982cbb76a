import { z } from 'zod';
import type { ModelEstimator, ModelParameters } from '../../../domain/registry/model-estimator.ts';
import { parsed } from '../../values/parse.ts';

/** The parameters of gradient boosting. */
export interface GradientBoostingParameters {
  readonly trees: number;
  readonly learningRate: number;
  readonly depth: number;
  /** The share of the train rows that each tree sees. */
  readonly subsample: number;
  readonly seed: number;
}

/** The parameters of gradient boosting on histograms. */
export interface HistGradientBoostingParameters {
  readonly trees: number;
  readonly learningRate: number;
  /** The most leaves of a tree. */
  readonly leaves: number;
  /** The least train rows of a leaf. */
  readonly leafRows: number;
  /** How strongly leaves are drawn to 0. */
  readonly l2: number;
  readonly seed: number;
}

/** The parameters of a logistic or linear model. */
export interface LinearParameters {
  /** How strongly coefficients are drawn to 0. */
  readonly l2: number;
  /** The most steps of the solver. */
  readonly iterations: number;
  readonly seed: number;
}

const trees = z.int().min(1).max(10_000);
const learningRate = z.number().positive().max(1);
const seed = z.int().min(0).max(4_294_967_295);

const NAME = /^[a-z_]\w{0,99}$/i;

const SCHEMAS = {
  gradientBoosting: z.strictObject({
    trees,
    learningRate,
    depth: z.int().min(1).max(32),
    subsample: z.number().positive().max(1),
    seed,
  }) satisfies z.ZodType<GradientBoostingParameters>,
  histGradientBoosting: z.strictObject({
    trees,
    learningRate,
    leaves: z.int().min(2).max(4_096),
    leafRows: z.int().min(1).max(1_000_000),
    l2: z.number().min(0).max(1e9),
    seed,
  }) satisfies z.ZodType<HistGradientBoostingParameters>,
  linear: z.strictObject({
    l2: z.number().positive().max(1e9),
    iterations: z.int().min(1).max(100_000),
    seed,
  }) satisfies z.ZodType<LinearParameters>,
  own: z
    .object({ seed })
    .catchall(z.union([z.number(), z.string().max(1_000), z.boolean()]))
    .refine(
      (parameters) => Object.keys(parameters).every((name) => NAME.test(name)),
      'expected names of letters, digits and _, as MLflow logs them',
    )
    .refine((parameters) => Object.keys(parameters).length <= 50, 'expected at most 50 parameters'),
};

const DEFAULTS = {
  gradientBoosting: { trees: 300, learningRate: 0.05, depth: 5, subsample: 0.8, seed: 42 },
  histGradientBoosting: { trees: 300, learningRate: 0.05, leaves: 31, leafRows: 20, l2: 0, seed: 42 },
  linear: { l2: 1, iterations: 1_000, seed: 42 },
  own: { seed: 42 },
} as const satisfies Record<keyof typeof SCHEMAS, ModelParameters>;

/** The parameters of an estimator: those that are given, and the defaults of the others. */
export function parametersOf(estimator: ModelEstimator | undefined, given: object = {}): ModelParameters {
  return { ...DEFAULTS[keyOf(estimator)], ...given };
}

/** What is wrong with the parameters of an estimator, each by its path. */
export function parameterProblems(
  estimator: ModelEstimator | undefined,
  parameters: unknown,
): { readonly path: PropertyKey[]; readonly message: string }[] {
  const { issues = [] } = parsed<z.ZodType>(SCHEMAS[keyOf(estimator)], parameters);
  return issues.map(({ path, message }) => ({ path: ['parameters', ...path], message }));
}

function keyOf(estimator: ModelEstimator | undefined): keyof typeof SCHEMAS {
  return typeof estimator === 'object' ? 'own' : (estimator ?? 'gradientBoosting');
}
