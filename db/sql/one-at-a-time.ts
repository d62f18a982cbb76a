import sql from 'sql-template-tag';
import { type Pool, inTransaction } from './client.ts';

/**
 * Runs `work` while no other process, on any machine, runs work of the same key. Work that first looks
 * whether something exists and then makes it never makes a second one. The lock ends with the connection, so
 * a process that dies does not block others.
 */
export async function oneAtATime<Result>(
  pool: Pool,
  key: string,
  work: () => Promise<Result>,
): Promise<Result> {
  return inTransaction(pool, async (client) => {
    // The transaction does nothing but hold the lock, for as long as the work takes.
    await client.query('SET LOCAL idle_in_transaction_session_timeout = 0');
    await client.query(sql`SELECT pg_advisory_xact_lock(hashtextextended(${key}, 0))`);
    return work();
  });
}
