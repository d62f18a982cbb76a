import pg from 'pg';
import { AsofError } from '../../domain/errors/asof-error.ts';
import { refusalWords } from './refusal.ts';
import { connectionFailure, isOfDriver } from './sessions/connection-failures.ts';

/** What to do about a failure of the database, by SQLSTATE or by the first two characters of it. */
const WHAT_TO_DO: Readonly<Record<string, string>> = {
  '22': 'See what refuses the data, such as the type of a column',
  '23': 'See what refuses the data: remove the constraint, or correct what breaks it',
  '28': 'Correct the user and password of DATABASE_URL',
  '40': 'Nothing to do: another transaction was in the way',
  '42': 'If Asof was upgraded, run: npx asof apply',
  '42501': 'Grant the right to the user of DATABASE_URL',
  '53100': 'Free disk space on the database server',
  '53200': 'Give the database server more memory; if the hint names max_locks_per_transaction, raise that',
  '53400': 'Raise the limit that the message names',
  '54': 'See which limit the data exceed, and take less of them',
  '57014': 'Nothing to do, unless it goes on: then raise statement_timeout, or take less at once',
  '58': "Read the database server's log: it has trouble with its machine",
  XX: "Read the database server's log: it has a bug, or its data are damaged",
};

const OTHERWISE = "Read the database server's log";

/**
 * The error of Asof for an error of the driver, with what to do: `ASOF_DATABASE_UNAVAILABLE` or
 * `ASOF_DATABASE_LOCKED` if it says nothing of the statement, else `ASOF_DATABASE_FAILED`. Each is worth
 * another try. Undefined if the error is not the driver's.
 */
export function databaseFailure(error: unknown): AsofError | undefined {
  if (!(error instanceof pg.DatabaseError)) return isOfDriver(error) ? ofConnection(error) : undefined;
  return ofConnection(error) ?? ofStatement(error);
}

function ofConnection(error: unknown): AsofError | undefined {
  const failure = connectionFailure(error);
  return failure instanceof AsofError ? failure : undefined;
}

function ofStatement(error: pg.DatabaseError): AsofError {
  const { code = '', hint } = error;
  const advice = WHAT_TO_DO[code] ?? WHAT_TO_DO[code.slice(0, 2)] ?? OTHERWISE;
  const words = [refusalWords(error), hint].filter(Boolean).join('; ');
  return new AsofError('ASOF_DATABASE_FAILED', `the offline store failed: ${words}. ${advice}`, {
    details: { sqlstate: code },
    cause: error,
  });
}
