/** A point of a curve, between 0 and 1 on both axes but for numbers. */
export type CurvePoint = readonly [x: number, y: number];

/** What was predicted and what came, in a part of the rows. */
export interface CalibrationBin {
  readonly rows: number;
  readonly predicted: number;
  readonly observed: number;
}

/** What calling everything from a probability on a 1 finds. Null: it calls nothing, or there is nothing to find. */
export interface ThresholdRow {
  readonly threshold: number;
  readonly flagged: number;
  readonly precision: number | null;
  readonly recall: number | null;
}

/** What the first rows of a ranking find. */
export interface FirstRows {
  readonly percent: number;
  readonly rows: number;
  readonly recall: number;
  readonly precision: number | null;
}

/** How well one of several classes is told from the others. */
export interface ClassEvaluation {
  readonly class: number;
  readonly rows: number;
  readonly auc: number;
  readonly roc: readonly CurvePoint[];
  readonly calibration: readonly CalibrationBin[];
}

/** A split on which a model was evaluated. What cannot be told of it is omitted. */
export interface SplitEvaluation {
  readonly rows: number;
  readonly roc?: readonly CurvePoint[] | undefined;
  readonly pr?: readonly CurvePoint[] | undefined;
  readonly calibration?: readonly CalibrationBin[] | undefined;
  readonly thresholds?: readonly ThresholdRow[] | undefined;
  readonly recall_at?: readonly FirstRows[] | undefined;
  readonly recency?: { readonly auc: number; readonly roc: readonly CurvePoint[] } | undefined;
  readonly of_class?: readonly ClassEvaluation[] | undefined;
  readonly predicted_and_observed?: readonly CurvePoint[] | undefined;
}

/** The curves and tables of a trained model: the file `evaluation.json` of its training. */
export interface ModelEvaluation {
  readonly splits: Readonly<Record<string, SplitEvaluation>>;
  /** By how much the loss rises where an input is shuffled, the greatest first. */
  readonly importances: readonly { readonly name: string; readonly value: number }[];
}
