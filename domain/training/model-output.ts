import type { ModelTask } from '../registry/model-estimator.ts';

/** What a model answers for each row. */
export interface ModelOutput {
  readonly task: ModelTask;
  /** The labels that a classifier tells apart, in the order of its probabilities. */
  readonly classes?: readonly number[] | undefined;
}

/** A number, a score, the probability of the label 1, or the probability of each label, by its text. */
export type Prediction = number | Readonly<Record<string, number>>;

/**
 * The predictions for rows, from a model's numbers in the order of the rows.
 *
 * @param output undefined for a classifier of 0 and 1, which answers with both probabilities.
 */
export function predictionsOf(
  numbers: ArrayLike<number>,
  rows: number,
  output: ModelOutput | undefined,
): Prediction[] {
  const classes = output === undefined ? [0, 1] : output.classes;
  const each = Array.from({ length: rows }, (_, row) => row);
  if (classes === undefined) return each.map((row) => numbers[row]!);
  const probability = (row: number, place: number) => numbers[row * classes.length + place]!;
  if (output === undefined) return each.map((row) => probability(row, 1));
  return each.map((row) =>
    Object.fromEntries(classes.map((label, place) => [String(label), probability(row, place)])),
  );
}
