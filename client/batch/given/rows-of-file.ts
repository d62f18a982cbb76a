import type { WrittenTable } from '../../../domain/batch/written-table.ts';
import type { GivenRows } from './given-rows.ts';
import { rowsOfLines } from './rows-of-lines.ts';

/** How a file holds rows: one JSON object a line, CSV with a heading, or Parquet. */
export type RowFormat = 'ndjson' | 'csv' | 'parquet';

/** How to read a file of rows. */
interface RowFile {
  readonly format: RowFormat | undefined;
  readonly table: WrittenTable;
  readonly onNote: (note: string) => void;
}

export async function rowsOfFile(path: string, _file: RowFile): Promise<GivenRows> {
  return rowsOfLines(path);
}
