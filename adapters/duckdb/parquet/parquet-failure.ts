import { AsofError } from '../../../domain/errors/asof-error.ts';
import { TableFault } from '../../files/table-fault.ts';
import { duckDbFailure } from '../duckdb-error.ts';

/** A file is read piece by piece; the limit holds the row groups that are unpacked. */
export const MEMORY_LIMIT = '512MB';

/** What is wrong with a Parquet file, by the kind of DuckDB's error. */
const FAULTS: Readonly<Record<string, string>> = {
  Invalid: 'it is not a Parquet file, or it is damaged',
  'Invalid Input': 'it is not a Parquet file, or it is damaged',
  'Out of Memory': `one of its row groups takes more than the ${MEMORY_LIMIT} of memory in which it is read; write the file again with smaller row groups`,
  'Not implemented': 'it is encrypted, or compressed or encoded in a way that DuckDB does not read',
};

/** The error for a failure to read a Parquet file. It repeats nothing of the file. Other errors stay unchanged. */
export function parquetFailure(error: unknown, path: string): unknown {
  const failure = duckDbFailure(error);
  if (!failure) return error;
  const fault = FAULTS[failure.kind];
  if (fault !== undefined) return new TableFault(fault);
  if (failure.kind !== 'IO') return error;
  return new AsofError('ASOF_FILE_UNREADABLE', `cannot read '${path}': ${failure.words}`, {
    details: { path },
  });
}
