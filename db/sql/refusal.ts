import pg from 'pg';
import { shortened } from '../../domain/errors/shortened.ts';

/** Classes of SQLSTATE that blame the data: wrong data, a broken constraint, a limit of the program. */
const DATA_CLASSES: ReadonlySet<string> = new Set(['22', '23', '54']);
/** The server ran out of resources, of memory, or of locks in its memory: fewer data may need less. */
const SHORTAGES: ReadonlySet<string> = new Set(['53000', '53200']);
const UNIQUE_VIOLATION = '23505';
/** The schema of the engine's own tables, whose keys tell which of two writers was first. */
const OWN_SCHEMA = 'asof';
/** Postgres reports a value beyond its greatest size as an internal error. */
const TOO_LARGE = /invalid memory alloc request size/;

const MAX_WORDS = 300;

/** Whether a write failed because of what it writes, so that a part of it may succeed. */
export function isRefusal(error: unknown): error is Error {
  // V8 throws a RangeError for a text that is too long, as a partial of very many values is.
  if (error instanceof RangeError) return true;
  if (!(error instanceof pg.DatabaseError)) return false;
  const code = error.code ?? '';
  if (code === UNIQUE_VIOLATION && error.schema === OWN_SCHEMA) return false;
  return DATA_CLASSES.has(code.slice(0, 2)) || SHORTAGES.has(code) || TOO_LARGE.test(error.message);
}

/** Whether a refusal may be due to what else the server does. */
export function isShortage(error: unknown): boolean {
  return error instanceof pg.DatabaseError && SHORTAGES.has(error.code ?? '');
}

/** What the database says of a refusal, shortened. */
export function refusalWords(error: unknown): string {
  const words = shortened((error as Error).message, MAX_WORDS);
  return error instanceof pg.DatabaseError ? `${words} (SQLSTATE ${error.code})` : words;
}
