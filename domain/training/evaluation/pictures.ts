import { type Baseline, baselines } from './baselines.ts';
import { type Series, barChart, lineChart } from './chart.ts';
import type { CurvePoint, ModelEvaluation, SplitEvaluation } from './evaluation.ts';

/** A picture of a model, in SVG, with the name of its file. */
export interface Picture {
  readonly path: string;
  readonly svg: string;
}

const MOST_IMPORTANCES = 30;

/** The pictures of what can be told of a model: curves, calibration, importances, and what a baseline reaches. */
export function evaluationPictures(
  evaluation: ModelEvaluation,
  metrics: Readonly<Record<string, number>>,
): Picture[] {
  const importances = evaluation.importances.slice(0, MOST_IMPORTANCES);
  const compared = baselines(metrics);
  return [
    ...curves(evaluation, 'roc.svg', {
      title: 'Receiver operating characteristic',
      axes: ['share of false alarms', 'share found'],
      hasDiagonal: true,
      of: rocOf,
    }),
    ...curves(evaluation, 'precision-recall.svg', {
      title: 'Precision and recall',
      axes: ['recall', 'precision'],
      hasDiagonal: false,
      of: (split, { pr = [] }) => [line(split, pr)],
    }),
    ...curves(evaluation, 'calibration.svg', {
      title: 'Calibration',
      axes: ['predicted', 'observed'],
      hasDiagonal: true,
      of: (split, { calibration = [], of_class = [] }) => [
        line(split, points(calibration)),
        ...of_class.map((one) => line(`${split}, class ${one.class}`, points(one.calibration))),
      ],
    }),
    ...curves(evaluation, 'predicted-and-observed.svg', {
      title: 'Predicted and observed',
      axes: ['predicted', 'observed'],
      hasDiagonal: true,
      of: (split, { predicted_and_observed: pairs = [] }) => [{ name: split, points: pairs, as: 'points' }],
    }),
    ...(importances.length === 0
      ? []
      : [
          {
            path: 'importances.svg',
            svg: barChart('Rise of the loss where an input is shuffled', importances),
          },
        ]),
    ...(compared.length === 0
      ? []
      : [{ path: 'recency.svg', svg: barChart('The model and recency alone', compared.flatMap(bars)) }]),
  ];
}

interface Curves {
  readonly title: string;
  readonly axes: readonly [x: string, y: string];
  readonly hasDiagonal: boolean;
  readonly of: (split: string, evaluation: SplitEvaluation) => Series[];
}

function curves({ splits }: ModelEvaluation, path: string, { of, ...chart }: Curves): Picture[] {
  const all = Object.entries(splits).flatMap(([split, evaluation]) => of(split, evaluation));
  const series = all.filter((one) => one.points.length > 0);
  return series.length === 0 ? [] : [{ path, svg: lineChart({ ...chart, series }) }];
}

function rocOf(split: string, { roc = [], recency, of_class = [] }: SplitEvaluation): Series[] {
  return [
    line(split, roc),
    line(`${split}, recency alone`, recency?.roc ?? []),
    ...of_class.map((one) => line(`${split}, class ${one.class}`, one.roc)),
  ];
}

function line(name: string, of: readonly CurvePoint[]): Series {
  return { name, points: of, as: 'line' };
}

function points(bins: NonNullable<SplitEvaluation['calibration']>): CurvePoint[] {
  return bins.map(({ predicted, observed }) => [predicted, observed]);
}

function bars({ metric, model, recency }: Baseline): { name: string; value: number }[] {
  return [
    { name: metric, value: model },
    { name: `${metric}, recency alone`, value: recency },
  ];
}
