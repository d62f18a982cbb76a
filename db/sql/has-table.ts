import sql from 'sql-template-tag';
import type { Queryable } from './client.ts';

/**
 * Whether a table or view is there. Asks the catalogue itself: `to_regclass` may answer from the session's
 * memory of an earlier look, although another transaction has made the table since.
 */
export async function hasTable(db: Queryable, schema: string, table: string): Promise<boolean> {
  const { rowCount } = await db.query(sql`
    SELECT FROM pg_class JOIN pg_namespace room ON room.oid = relnamespace WHERE nspname = ${schema} AND relname = ${table}`);
  return rowCount === 1;
}
