import pg from 'pg';
import { AsofError } from '../../domain/errors/asof-error.ts';
import { refusalWords } from './refusal.ts';

/** What to do about a failure of the database, by SQLSTATE or by the first two characters of it. */
const WHAT_TO_DO: Readonly<Record<string, string>> = {
  '08': 'See whether the server is up: npx asof stack status',
  '22': 'See what refuses the data, such as the type of a column',
  '23': 'See what refuses the data: remove the constraint, or correct what breaks it',
  '25006': 'Have DATABASE_URL name a server that takes writes: this one is a replica, or read-only',
  '28': 'Correct the user and password of DATABASE_URL',
  '40': 'Nothing to do: another transaction was in the way',
  '42': 'If Asof was upgraded, run: npx asof apply',
  '42501': 'Grant the right to the user of DATABASE_URL',
  '53100': 'Free disk space on the database server',
  '53200': 'Give the database server more memory; if the hint names max_locks_per_transaction, raise that',
  '53300': 'Raise max_connections of the database server, or run fewer workers',
  '53400': 'Raise the limit that the message names',
  '54': 'See which limit the data exceed, and take less of them',
  '55': 'Wait for the lock, or end the session that holds it',
  '57': 'Start the database server, if nobody does',
  '57014': 'Nothing to do, unless it goes on: then raise statement_timeout, or take less at once',
  '58': "Read the database server's log: it has trouble with its machine",
  XX: "Read the database server's log: it has a bug, or its data are damaged",
};

const OTHERWISE = "Read the database server's log";

/**
 * The error to report for a failure of the database, with what to do. It is worth another try. Any other error
 * is returned as it is.
 */
export function namedDatabaseFailure(error: unknown): unknown {
  if (!(error instanceof pg.DatabaseError)) return error;
  const { code = '', hint } = error;
  const advice = WHAT_TO_DO[code] ?? WHAT_TO_DO[code.slice(0, 2)] ?? OTHERWISE;
  const words = [refusalWords(error), hint].filter(Boolean).join('; ');
  return new AsofError('ASOF_DATABASE_FAILED', `the offline store failed: ${words}. ${advice}`, {
    details: { sqlstate: code },
    cause: error,
  });
}
