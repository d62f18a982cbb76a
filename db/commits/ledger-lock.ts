import sql from 'sql-template-tag';
import type { Client } from '../sql/client.ts';

/**
 * Locks the ledger of a source until commit, against other changes to ranges that were read: replays and
 * retention.
 */
export async function lockAccounts(client: Client, source: string): Promise<void> {
  await client.query(sql`SELECT pg_advisory_xact_lock(hashtextextended(${`asof.accounts ${source}`}, 0))`);
}
