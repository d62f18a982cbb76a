import { AsofError } from '../../../domain/errors/asof-error.ts';
import type { GivenRows, RowFile } from './given-rows.ts';
import { rowsOfCsv } from './rows-of-csv.ts';
import { rowsOfLines } from './rows-of-lines.ts';
import { rowsOfParquet } from './rows-of-parquet.ts';

/** How a file holds rows: one JSON object a line, CSV with a heading, or Parquet. */
export type RowFormat = 'ndjson' | 'csv' | 'parquet';

/**
 * @param format omitted: by the ending of the file's name, otherwise NDJSON.
 * @throws AsofError `ASOF_FILE_UNREADABLE`, `ASOF_PATH_UNSUPPORTED`.
 */
export async function rowsOfFile(file: RowFile, format = formatOf(file.path)): Promise<GivenRows> {
  switch (format) {
    case 'ndjson':
      return rowsOfLines(file.path);
    case 'csv':
      return rowsOfCsv(file);
    case 'parquet':
      if (file.path !== '-') return rowsOfParquet(file);
      throw new AsofError(
        'ASOF_FILE_UNREADABLE',
        'Parquet cannot be read from standard input, since what it holds stands at its end; name a file',
      );
  }
}

function formatOf(path: string): RowFormat {
  const ending = /\.(csv|parquet)$/i.exec(path)?.[1]?.toLowerCase();
  return ending === 'csv' || ending === 'parquet' ? ending : 'ndjson';
}
