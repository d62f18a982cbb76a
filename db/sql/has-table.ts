import sql from 'sql-template-tag';
import type { Queryable } from './client.ts';

/** Whether a table or view is there, by its name with the schema. */
export async function hasTable(db: Queryable, name: string): Promise<boolean> {
  const { rows } = await db.query<{ exists: boolean }>(
    sql`SELECT to_regclass(${name}) IS NOT NULL AS exists`,
  );
  return rows[0]!.exists;
}
