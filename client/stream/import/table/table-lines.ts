import { readBytes } from '../../../../adapters/files/lines.ts';
import { TableFault } from '../../../../adapters/files/table-fault.ts';
import { AsofError } from '../../../../domain/errors/asof-error.ts';
import type { EventSourceDefinition } from '../../../../domain/registry/definition.ts';
import { csvLines } from './csv-lines.ts';
import { parquetLines } from './parquet-lines.ts';

/** A file whose rows are events. */
export interface TableFile {
  /** `-` is standard input, for CSV alone. */
  readonly path: string;
  readonly format: 'csv' | 'parquet';
}

/** How to follow the reading of a table. */
export interface ReadTableOptions {
  /** Called with what is left out. */
  readonly onWarning: (message: string) => void;
  /** Ends the reading early, without an error. */
  readonly signal?: AbortSignal | undefined;
}

/**
 * Reads the rows of a table as events, each as a line of JSON. Memory holds a piece of the file.
 *
 * @throws AsofError `ASOF_IMPORT_FILE_INVALID`, `ASOF_FILE_UNREADABLE`, `ASOF_PATH_UNSUPPORTED`.
 */
export async function* tableLines(
  file: TableFile,
  source: EventSourceDefinition,
  { onWarning, signal }: ReadTableOptions,
): AsyncGenerator<Buffer, void, undefined> {
  const { path, format } = file;
  const lines =
    format === 'csv'
      ? csvLines(readBytes(path, signal), source, onWarning)
      : parquetLines(await readableParquet(file), source, onWarning);
  try {
    for await (const line of lines) {
      if (signal?.aborted) return;
      yield line;
    }
  } catch (error) {
    if (!(error instanceof TableFault)) throw error;
    // A file that is read in part may end within quotes.
    if (!signal?.aborted) throw invalid(file, error);
  }
}

async function readableParquet({ path, format }: TableFile): Promise<string> {
  if (path === '-')
    throw invalid(
      { path, format },
      new TableFault('Parquet has its heading at the end; give a file, not standard input'),
    );
  // Says what is wrong with the path itself; DuckDB's words carry the data of files.
  for await (const _ of readBytes(path)) break;
  return path;
}

function invalid({ path, format }: TableFile, cause: TableFault): AsofError {
  const name = format === 'csv' ? 'CSV' : 'Parquet';
  return new AsofError(
    'ASOF_IMPORT_FILE_INVALID',
    `cannot read '${path}' as ${name}: ${cause.message}. Rows before that may have been sent`,
    { details: { path, format }, cause },
  );
}
