import type { DuckDBConnection } from '@duckdb/node-api';
import { NOTHING_FROM_THE_PATH, pathToRead, quoted } from '../sql-text.ts';

/** A column with numbers that single precision does not have. */
export interface BeyondSingle {
  readonly name: string;
  readonly rows: number;
  /** From 1. */
  readonly firstRow: number;
}

/** The columns among these with numbers that are infinite, or whose size is beyond single precision. */
export async function findBeyondSingle(
  connection: DuckDBConnection,
  path: string,
  columns: readonly string[],
): Promise<BeyondSingle[]> {
  if (columns.length === 0) return [];
  const value = (name: string) => `${quoted(name)}::DOUBLE`;
  // NaN, which is null to a model, is greater than all numbers here.
  const beyond = (name: string) =>
    `abs(${value(name)}) > 3.4028234663852886e38 AND NOT isnan(${value(name)})`;
  const parts = columns.flatMap((name) => [
    `count(*) FILTER (WHERE ${beyond(name)})`,
    `min(file_row_number) FILTER (WHERE ${beyond(name)})`,
  ]);
  const answer = await connection.runAndReadAll(
    `SELECT ${parts.join(', ')} FROM read_parquet(${pathToRead(path)}, ${NOTHING_FROM_THE_PATH}, file_row_number = true)`,
  );
  const [values = []] = answer.getRows();
  return columns.flatMap((name, at) => {
    const rows = Number(values[2 * at]);
    return rows === 0 ? [] : [{ name, rows, firstRow: Number(values[2 * at + 1]) + 1 }];
  });
}
