import pg from 'pg';
import { AsofError, unavailable } from '../../domain/errors/asof-error.ts';

/** Classes of SQLSTATE that say that the server went away or takes nobody: connection, operator, resources. */
const AWAY = /^(08|57P|53300)/;
const UNDEFINED_TABLE = '42P01';

/** What `pg` throws when the connection ends under a statement. It gives these errors no code. */
const ENDED = /^(Connection terminated|Client has encountered a connection error|timeout exceeded when)/;

/**
 * The error of Asof for an error of the driver that no caller has turned into one: `ASOF_DATABASE_UNAVAILABLE`
 * (unavailable) if the connection ended, and `ASOF_DATABASE_REFUSED` if the server refused a statement.
 * Undefined if the error is not the driver's.
 */
export function databaseFailure(error: unknown): AsofError | undefined {
  if (error instanceof pg.DatabaseError) {
    const { code = '', message, detail, hint } = error;
    if (AWAY.test(code)) return databaseAway(error);
    const more = [detail, hint].filter((text) => text !== undefined).join('. ');
    return new AsofError(
      'ASOF_DATABASE_REFUSED',
      `Postgres refused a statement: ${message} (${code})${more && `. ${more}`}. Check the rights of DATABASE_URL's user, and the server's log`,
      { details: { code }, cause: error },
    );
  }
  return error instanceof Error && ENDED.test(error.message) ? databaseAway(error) : undefined;
}

function databaseAway(error: Error): AsofError {
  return unavailable('ASOF_DATABASE_UNAVAILABLE', 'the offline store', 'DATABASE_URL', error);
}

/** Whether a statement failed because there is no such table. */
export function isMissingTable(error: unknown, table: string): boolean {
  return error instanceof pg.DatabaseError && error.code === UNDEFINED_TABLE && error.message.includes(table);
}
