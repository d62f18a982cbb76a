import sql from 'sql-template-tag';
import { type Client } from '../sql/client.ts';
import { featuresOf } from '../sql/relations.ts';

/** One writer of a batch table at a time, until its transaction ends; whoever reads is not held up. */
export async function lockForWriting(client: Client, table: string): Promise<void> {
  await client.query(sql`LOCK TABLE ${featuresOf(table)} IN SHARE ROW EXCLUSIVE MODE`);
}
