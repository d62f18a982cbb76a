import sql from 'sql-template-tag';
import type { Pool } from '../sql/client.ts';
import { ident } from '../sql/identifier.ts';

const SCHEMAS = ['features', 'history', 'tiles', 'events', 'reference', 'asof'];

/**
 * Drops all relations of Asof, one statement for each table: the chunks of a single hypertable can fill the
 * lock table.
 */
export async function dropAll(pool: Pool): Promise<void> {
  const { rows } = await pool.query<{ schema: string; name: string }>(sql`
    SELECT schemaname AS schema, tablename AS name FROM pg_tables WHERE schemaname = ANY(${SCHEMAS})`);
  for (const { schema, name } of rows)
    await pool.query(sql`DROP TABLE IF EXISTS ${ident(schema, name)} CASCADE`);
  for (const schema of SCHEMAS) await pool.query(sql`DROP SCHEMA IF EXISTS ${ident(schema)} CASCADE`);
}
