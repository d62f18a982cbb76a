import sql from 'sql-template-tag';
import { type Client } from '../sql/client.ts';
import { featuresOf } from '../sql/relations.ts';

/** Locks a batch table for writing until the transaction ends. Readers are not blocked. */
export async function lockForWriting(client: Client, table: string): Promise<void> {
  await client.query(sql`LOCK TABLE ${featuresOf(table)} IN SHARE ROW EXCLUSIVE MODE`);
}
