import { baselines } from './baselines.ts';
import type { ModelEvaluation } from './evaluation.ts';

type Cell = string | number | null;

/** A table in the form in which MLflow shows and loads tables, with the name of its file. */
export interface EvaluationTable {
  readonly path: string;
  readonly columns: readonly string[];
  readonly data: readonly (readonly Cell[])[];
}

/** The tables of what can be told of a model. */
export function evaluationTables(
  { splits, importances }: ModelEvaluation,
  metrics: Readonly<Record<string, number>>,
): EvaluationTable[] {
  const all = Object.entries(splits);
  const tables = [
    table(
      'thresholds.json',
      ['split', 'threshold', 'flagged', 'precision', 'recall'],
      [...all.flatMap(([split, { thresholds = [] }]) => thresholds.map((row) => ({ split, ...row })))],
    ),
    table(
      'recall-at.json',
      ['split', 'percent', 'rows', 'recall', 'precision'],
      [...all.flatMap(([split, { recall_at = [] }]) => recall_at.map((row) => ({ split, ...row })))],
    ),
    table(
      'calibration.json',
      ['split', 'class', 'rows', 'predicted', 'observed'],
      [
        ...all.flatMap(([split, { calibration = [], of_class = [] }]) => [
          ...calibration.map((bin) => ({ split, class: null, ...bin })),
          ...of_class.flatMap((one) => one.calibration.map((bin) => ({ split, class: one.class, ...bin }))),
        ]),
      ],
    ),
    table('importances.json', ['name', 'value'], importances),
    table('recency.json', ['metric', 'model', 'recency'], baselines(metrics)),
  ];
  return tables.filter(({ data }) => data.length > 0);
}

function table<Column extends string>(
  path: string,
  columns: readonly Column[],
  rows: readonly Readonly<Record<Column, Cell>>[],
): EvaluationTable {
  return { path, columns, data: rows.map((row) => columns.map((column) => row[column])) };
}
