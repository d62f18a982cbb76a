import sql from 'sql-template-tag';
import { type Pool, inTransaction } from './client.ts';

/**
 * Runs `work` while no one else runs work of the same key, on whatever machine: look first, then make, and there is
 * never a second one. The lock ends with the connection, so a process that dies blocks nobody.
 */
export async function oneAtATime<Result>(
  pool: Pool,
  key: string,
  work: () => Promise<Result>,
): Promise<Result> {
  return inTransaction(pool, async (client) => {
    await client.query(sql`SELECT pg_advisory_xact_lock(hashtextextended(${key}, 0))`);
    return work();
  });
}
