import pg from 'pg';
import { AsofError, reasonOf } from '../../../domain/errors/asof-error.ts';

/** The error for a connection that ended while somebody used it. A retry takes a new one. */
export function lostConnection(reason: string, cause?: unknown): AsofError {
  return new AsofError(
    'ASOF_DATABASE_UNAVAILABLE',
    `the connection to the offline store was lost: ${reason}. What was not committed is undone; try again. ` +
      'If it goes on, see whether the server restarts, is full, or has something before it that ends connections',
    { details: { variable: 'DATABASE_URL' }, cause },
  );
}

/**
 * The errors of the server that say nothing of the statement: it shuts down, ends the session, or takes no
 * writes because it has become a standby.
 */
const SERVER_ENDS = /^(?:08|57P|25P03$|25P04$|25006$|53300$)/;
const OF_DRIVER = /^(?:Connection terminated|Client has encountered a connection error|timeout expired)/;
const LOCK_NOT_AVAILABLE = '55P03';

/**
 * The error to report for a failed statement. A lost connection and a lock that did not come get a code that
 * says what to do; an error of the statement itself stays as it is.
 *
 * @param lost why the connection ended before the statement, if it has.
 */
export function connectionFailure(error: unknown, lost?: Error): unknown {
  if (isOfConnection(error))
    return lost instanceof AsofError ? lost : lostConnection(reasonOf(lost ?? error), error);
  if (!(error instanceof pg.DatabaseError)) return error;
  if (isLockTimeout(error)) return locked(error);
  return SERVER_ENDS.test(error.code ?? '') ? lostConnection(error.message, error) : error;
}

/** Errors of the socket have a code such as ECONNRESET; those of the driver have none. */
function isOfConnection(error: unknown): boolean {
  if (!(error instanceof Error)) return false;
  return 'syscall' in error || isOfDriver(error);
}

/** Whether the error is the driver's word that the connection ended. */
export function isOfDriver(error: unknown): error is Error {
  return error instanceof Error && OF_DRIVER.test(error.message);
}

/** Whether a lock did not come within the `lock_timeout`. */
export function isLockTimeout(error: unknown): boolean {
  return error instanceof pg.DatabaseError && error.code === LOCK_NOT_AVAILABLE;
}

/** The error for an advisory lock whose holders do not get on. */
export function heldTooLong(lock: string, holders: string): AsofError {
  return new AsofError(
    'ASOF_DATABASE_LOCKED',
    `the lock '${lock}' does not come free: ${holders} holds it and does not get on. Nothing was written; ` +
      'try again. If it goes on, end that process with pg_terminate_backend',
    { details: { lock } },
  );
}

function locked(cause: pg.DatabaseError): AsofError {
  return new AsofError(
    'ASOF_DATABASE_LOCKED',
    `a lock that another transaction holds did not come free in time: ${cause.message}. Nothing was written; ` +
      'try again. If it goes on, SELECT pid, pg_blocking_pids(pid) FROM pg_stat_activity names who holds it',
    { cause },
  );
}
