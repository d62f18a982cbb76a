import sql from 'sql-template-tag';
import type { Client } from '../client.ts';
import { ident } from '../identifier.ts';

const LONGEST_STATEMENT_MS = 60_000;

/**
 * Runs statements of an open transaction with the rights of another role, and undoes what they leave in the
 * session and in the store. They must be ours: a text that is not may take the session's own role back.
 */
export async function asRole<Result>(
  client: Client,
  role: string,
  work: () => Promise<Result>,
): Promise<Result> {
  await client.query('SAVEPOINT as_role');
  try {
    await client.query(sql`SET LOCAL ROLE ${ident(role)}`);
    await client.query(sql`SET LOCAL transaction_read_only = on`);
    await client.query(sql`SELECT set_config('statement_timeout', ${String(LONGEST_STATEMENT_MS)}, true)`);
    return await work();
  } finally {
    await client.query('ROLLBACK TO SAVEPOINT as_role; RELEASE SAVEPOINT as_role');
  }
}
