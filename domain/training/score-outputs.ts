import type { ModelOutput, Prediction } from './model-output.ts';

/** The column of a number, a score, P(class 1), or the most probable of several classes. */
const PREDICTION = 'prediction';

/** The columns of a model's predictions in a file or a table. Of several classes each has its probability. */
export function scoreOutputs(output: ModelOutput | undefined): string[] {
  const classes = output?.classes ?? [];
  return [PREDICTION, ...classes.map((label) => `probability_${String(label).replace('-', 'minus_')}`)];
}

/** The values of {@link scoreOutputs} for one prediction. Of equally probable classes the first counts. */
export function scoreValues(output: ModelOutput | undefined, prediction: Prediction): number[] {
  if (typeof prediction === 'number') return [prediction];
  const classes = output?.classes ?? [];
  const probabilities = classes.map((label) => prediction[String(label)]!);
  return [classes[probabilities.indexOf(Math.max(...probabilities))]!, ...probabilities];
}
