import type { Client, Pool } from '../../../db/sql/client.ts';

const AT_ONCE = 100;

/** Runs `work` while a session holds all locks for which the server has room, but for so many. */
export async function withLocksLeft(pool: Pool, left: number, work: () => Promise<void>): Promise<void> {
  const client = await pool.connect();
  try {
    const taken = await takeAll(client);
    await client.query(
      'SELECT count(pg_advisory_unlock(7, lock)) FROM generate_series($1::int, $2::int) AS lock',
      [taken - left, taken - 1],
    );
    await work();
    await client.query('SELECT pg_advisory_unlock_all()');
  } finally {
    client.release(true);
  }
}

/** Takes locks until the server has no room for more. Returns how many, rounded down. */
async function takeAll(client: Client): Promise<number> {
  for (let taken = 0; ; taken += AT_ONCE) {
    try {
      await client.query(
        'SELECT count(pg_advisory_lock(7, $1 + lock)) FROM generate_series(0, $2::int - 1) AS lock',
        [taken, AT_ONCE],
      );
    } catch (error) {
      if ((error as { code?: string }).code === '53200') return taken;
      throw error;
    }
  }
}
