import type { DuckDBConnection } from '@duckdb/node-api';
import type { CanonicalValue } from '../../domain/training/canonical-row.ts';
import type { TrainingSetColumn } from '../../domain/training/manifest.ts';
import { NOTHING_FROM_THE_PATH, literal, pathToRead, quoted } from './sql-text.ts';

/** A row of a training set: its number from 0, or the values of some of its columns. */
export type RowOfSet = { readonly row: number } | { readonly having: ReadonlyMap<string, string | bigint> };

/**
 * Finds a row in a training set's Parquet file; the first, where several have the values. Timestamps are microseconds
 * since 1970. Undefined if there is none.
 */
export async function findTrainingSetRow(
  connection: DuckDBConnection,
  schema: readonly TrainingSetColumn[],
  path: string,
  wanted: RowOfSet,
): Promise<{ readonly row: number; readonly values: ReadonlyMap<string, CanonicalValue> } | undefined> {
  const valueOf = (name: string): string =>
    schema.find((column) => column.name === name)?.type === 'timestamp'
      ? `epoch_us(${quoted(name)})`
      : quoted(name);
  const conditions =
    'row' in wanted
      ? [`file_row_number = ${wanted.row}`]
      : [...wanted.having].map(([name, value]) => `${valueOf(name)} = ${literal(value)}`);
  const reader = await connection.runAndReadAll(`
    SELECT file_row_number, ${schema.map(({ name }) => valueOf(name)).join(', ')}
    FROM read_parquet(${pathToRead(path)}, ${NOTHING_FROM_THE_PATH}, file_row_number = true)
    WHERE ${conditions.join(' AND ')} ORDER BY file_row_number LIMIT 1`);
  const found = reader.getRows()[0] as CanonicalValue[] | undefined;
  if (!found) return undefined;
  const [row, ...values] = found;
  return { row: Number(row), values: new Map(schema.map(({ name }, at) => [name, values[at]!])) };
}
