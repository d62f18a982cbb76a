import { mkdir } from 'node:fs/promises';
import { type DuckDb, withDuckDb } from '../../../adapters/duckdb/database.ts';
import { ScoreTable } from '../../../adapters/duckdb/score-table.ts';
import { readParquet } from '../../../adapters/duckdb/training-set-file.ts';
import type { FeatureValue } from '../../../domain/aggregation/aggregator.ts';
import type { CanonicalValue } from '../../../domain/training/canonical-row.ts';
import type { TrainingSetColumn } from '../../../domain/training/manifest.ts';
import { scoreOutputs, scoreValues } from '../../../domain/training/score-outputs.ts';
import type { ScoringModel } from './load-version.ts';

/** The rows that the model sees at a time. */
const ROWS_AT_ONCE = 4_096;

/** A Parquet file of rows with the inputs of a model. */
export interface RowsToPredict {
  readonly path: string;
  readonly schema: readonly TrainingSetColumn[];
  /** A folder for the work, which is not there yet. */
  readonly scratch: string;
}

/**
 * Predicts all rows of a file, in order, into the table of predictions. Memory holds a part of the rows. The file
 * is read by a connection of its own, since one that writes reads nothing meanwhile.
 */
export async function predictRows(
  connection: DuckDb,
  { onnx, output }: Pick<ScoringModel, 'onnx' | 'output'>,
  { path, schema, scratch }: RowsToPredict,
  report: (rows: number) => void,
): Promise<number> {
  const names = new Set(onnx.inputs.map(({ name }) => name));
  const read = schema.filter(({ name }) => names.has(name));
  await mkdir(scratch);
  const table = await ScoreTable.create(connection, scoreOutputs(output).length);
  const predict = async (rows: readonly InputRow[]): Promise<void> => {
    const predictions = await onnx.predict(rows);
    table.append(predictions.map((prediction) => scoreValues(output, prediction)));
    report(table.rows);
  };
  await withDuckDb(scratch, async (reading) => {
    let rows: InputRow[] = [];
    for await (const part of readParquet(reading, read, path)) {
      for (const values of part) rows.push(inputRow(read, values));
      if (rows.length < ROWS_AT_ONCE) continue;
      await predict(rows);
      rows = [];
    }
    if (rows.length > 0) await predict(rows);
  });
  table.close();
  return table.rows;
}

type InputRow = Readonly<Record<string, FeatureValue>>;

/** A model takes whole numbers as doubles. */
function inputRow(columns: readonly TrainingSetColumn[], values: readonly CanonicalValue[]): InputRow {
  return Object.fromEntries(
    columns.map(({ name }, at) => {
      const value = values[at]!;
      return [name, typeof value === 'bigint' ? Number(value) : value];
    }),
  );
}
