import { AsofError } from '../../domain/errors/asof-error.ts';
import { shortened } from '../../domain/errors/shortened.ts';

const DUCKDB_ERROR = /^([A-Z][A-Za-z -]*) Error: /;
const MOST_CHARACTERS = 300;
/** What another attempt may find otherwise: the disk, and an interrupt from outside. */
const PASSING = ['IO', 'INTERRUPT', 'TransactionContext'];

/**
 * An error of DuckDB in words that carry no data: its first line without what stands in quotes, since its
 * messages repeat the rows that they are about. Returns any other error unchanged.
 */
export function fromDuckDb(error: unknown): unknown {
  if (!(error instanceof Error) || error instanceof AsofError) return error;
  const kind = DUCKDB_ERROR.exec(error.message)?.[1];
  if (kind === undefined) return error;
  const [line] = error.message.split('\n', 1);
  const words = shortened(line!.replace(/'[^']*'?|"[^"]*"?/g, "'…'"), MOST_CHARACTERS);
  if (PASSING.includes(kind))
    return new AsofError('ASOF_JOIN_INTERRUPTED', `DuckDB could not go on: ${words}`);
  return new AsofError(
    'ASOF_JOIN_REFUSED',
    `DuckDB, which joins the training set, refuses it: ${words}. ` +
      'If it names memory, look up fewer or shorter text features, or give a shorter spine',
  );
}
