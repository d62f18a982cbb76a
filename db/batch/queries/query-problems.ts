import pg from 'pg';
import { AsofError } from '../../../domain/errors/asof-error.ts';
import { shortened } from '../../../domain/errors/shortened.ts';
import type { BatchTableDefinition } from '../../../domain/registry/definition.ts';
import { AnsweringClient } from '../../sql/sessions/answering-client.ts';
import { connectionFailure } from '../../sql/sessions/connection-failures.ts';

/**
 * The classes of SQLSTATE that blame the query or its result, and not the server. With 08P01 the server refuses a
 * parameter such as $1, of which there are none.
 */
const QUERY_PROBLEM = /^(?:08P01|0A|21|22|23|42|54)/;
/** In its own session, a query is to blame for all but these: the server's own troubles, locks, other transactions. */
const SERVER_PROBLEM = /^(?:08|25P|40|53|55P03|57|58|XX)/;
/** The most characters of each text of the database: it repeats values of rows. */
const MAX_WORDS = 300;
const CANCELED = '57014';
const NO_RIGHT = '42501';

/**
 * The error to report for a failed query of a batch table: `ASOF_BATCH_QUERY_INVALID` if the query is to
 * blame, else the error itself.
 *
 * @param what the beginning of the message: what failed.
 */
export function queryProblem(error: unknown, table: BatchTableDefinition, what: string): unknown {
  if (!(error instanceof pg.DatabaseError) || !QUERY_PROBLEM.test(error.code ?? '')) return error;
  return invalidQuery(table, `${what}: ${wordsOf(error, RIGHTS_OF_TABLE)}`, error);
}

const RIGHTS_OF_TABLE =
  'it may read the events of its source and the reference tables that it names in references, and nothing else';

/** How a query was run that failed. */
interface FailedRun {
  readonly session: pg.Client;
  /** How long it was allowed to run, in ms. */
  readonly longest: number;
  /** What it may read. Omitted: what that of a batch table may. */
  readonly rights?: string;
  /** The error for a query that is to blame. */
  readonly invalid: (problem: string, cause: unknown) => AsofError;
}

/** The error to report for a query that failed in its own session. */
export function sessionProblem(
  error: unknown,
  { session, longest, rights = RIGHTS_OF_TABLE, invalid }: FailedRun,
): unknown {
  if (!(error instanceof pg.DatabaseError))
    return connectionFailure(error, session instanceof AnsweringClient ? session.lost : undefined);
  if (error.code === CANCELED) {
    const limit = `it was ended, by somebody or since it took ${longest / 1_000} s, the most that a query may take (ASOF_QUERY_TIMEOUT)`;
    return invalid(limit, error);
  }
  return SERVER_PROBLEM.test(error.code ?? '')
    ? connectionFailure(error)
    : invalid(wordsOf(error, rights), error);
}

function wordsOf(error: pg.DatabaseError, rights: string): string {
  return [error.message, error.detail, error.hint, error.code === NO_RIGHT ? rights : undefined]
    .flatMap((text) => (text ? [shortened(text, MAX_WORDS)] : []))
    .join('; ');
}

/** The error for a batch table whose query is to blame. */
export function invalidQuery({ name }: BatchTableDefinition, problem: string, cause?: unknown): AsofError {
  return new AsofError(
    'ASOF_BATCH_QUERY_INVALID',
    `batch table '${name}': ${problem}. Correct its sql, and run: npx asof apply`,
    { details: { table: name }, cause },
  );
}
