import { AsofError } from '../../domain/errors/asof-error.ts';
import { shortened } from '../../domain/errors/shortened.ts';

const DUCKDB_ERROR = /^([A-Z][A-Za-z -]*) Error: /;
const MOST_CHARACTERS = 300;
/** What another attempt may find otherwise: the disk, and an interrupt from outside. */
const PASSING = ['IO', 'INTERRUPT', 'TransactionContext'];

/** What DuckDB says of a failure. */
export interface DuckDbFailure {
  /** `Out of Memory`, `IO`, `Invalid Input`, … */
  readonly kind: string;
  /**
   * Words that carry no data: the first line of the message without what stands in quotes, since messages
   * repeat the rows that they are about.
   */
  readonly words: string;
}

/** Undefined for an error that is not one of DuckDB. */
export function duckDbFailure(error: unknown): DuckDbFailure | undefined {
  if (!(error instanceof Error) || error instanceof AsofError) return undefined;
  const kind = DUCKDB_ERROR.exec(error.message)?.[1];
  if (kind === undefined) return undefined;
  const [line] = error.message.split('\n', 1);
  return { kind, words: shortened(line!.replace(/'[^']*'?|"[^"]*"?/g, "'…'"), MOST_CHARACTERS) };
}

/** The error for an error of DuckDB that joins a training set. Returns any other error unchanged. */
export function fromDuckDb(error: unknown): unknown {
  const failure = duckDbFailure(error);
  if (!failure) return error;
  const { kind, words } = failure;
  if (PASSING.includes(kind))
    return new AsofError('ASOF_JOIN_INTERRUPTED', `DuckDB could not go on: ${words}`);
  return new AsofError(
    'ASOF_JOIN_REFUSED',
    `DuckDB, which joins the training set, refuses it: ${words}. ` +
      'If it names memory, look up fewer or shorter text features, or give a shorter spine',
  );
}
