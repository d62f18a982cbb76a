/** What a model says of a row: one of several classes, a number, or its place among the rows of its group. */
export const MODEL_TASKS = ['classification', 'regression', 'ranking'] as const;
export type ModelTask = (typeof MODEL_TASKS)[number];

/** The estimators that Asof brings. */
export const KNOWN_ESTIMATORS = ['gradientBoosting', 'histGradientBoosting', 'linear'] as const;
export type KnownEstimator = (typeof KNOWN_ESTIMATORS)[number];

/** A user's own estimator of scikit-learn, made by a function of a Python file. */
export interface PythonEstimator {
  /** The text of the file. */
  readonly python: string;
  /** How long a training may take. */
  readonly minutes: number;
  /** How much memory its process may take, in MiB. */
  readonly memoryMb: number;
}

/** A user's own activity of Temporal, in any language, that trains. */
export interface ActivityEstimator {
  readonly activity: string;
  readonly taskQueue: string;
  /** How long a training may take. */
  readonly minutes: number;
}

export type ModelEstimator = KnownEstimator | PythonEstimator | ActivityEstimator;

export type ModelParameters = Readonly<Record<string, number | string | boolean>>;

export function isOwnActivity(estimator: ModelEstimator | undefined): estimator is ActivityEstimator {
  return typeof estimator === 'object' && 'activity' in estimator;
}

export function isOwnPython(estimator: ModelEstimator | undefined): estimator is PythonEstimator {
  return typeof estimator === 'object' && 'python' in estimator;
}

/** An estimator in a word or two. */
export function estimatorName(estimator: ModelEstimator | undefined): string {
  if (isOwnActivity(estimator)) return `activity ${estimator.activity}`;
  return isOwnPython(estimator) ? 'python' : (estimator ?? 'gradientBoosting');
}
