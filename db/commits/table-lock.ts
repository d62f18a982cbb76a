import sql, { type Sql } from 'sql-template-tag';
import { type Client } from '../sql/client.ts';

/** Locks the rows of a table for writing until the transaction ends. Readers are not blocked. */
export async function lockForWriting(client: Client, relation: Sql): Promise<void> {
  await client.query(sql`LOCK TABLE ${relation} IN SHARE ROW EXCLUSIVE MODE`);
}
