import pg from 'pg';

const UNDEFINED_TABLE = '42P01';

/** Whether a statement failed because there is no such table. */
export function isMissingTable(error: unknown, table: string): boolean {
  return error instanceof pg.DatabaseError && error.code === UNDEFINED_TABLE && error.message.includes(table);
}
