import sql from 'sql-template-tag';
import type { Client } from '../sql/client.ts';
import { lockPatiently } from '../sql/patient-lock.ts';

const KEY = 'asof.definitions';

/**
 * Locks the registered definitions until commit: `shared` to build on some, `exclusive` to remove one. Precedes every
 * other lock of the transaction.
 */
export async function lockDefinitions(client: Client, mode: 'shared' | 'exclusive'): Promise<void> {
  if (mode === 'exclusive') return lockPatiently(client, KEY);
  await client.query(sql`SELECT pg_advisory_xact_lock_shared(hashtextextended(${KEY}, 0))`);
}
