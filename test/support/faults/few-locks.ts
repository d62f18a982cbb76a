import pg from 'pg';

const AT_ONCE = 100;

/** Runs `work` while a session holds all locks for which the server has room, but for so many. */
export async function withLocksLeft(url: string, left: number, work: () => Promise<void>): Promise<void> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    const taken = await takeAll(client);
    await client.query(
      'SELECT count(pg_advisory_unlock(7, lock)) FROM generate_series($1::int, $2::int) AS lock',
      [taken - left, taken - 1],
    );
    await work();
  } finally {
    // The server closes the connection once the session's locks are free. A statement that frees them needs
    // locks itself, and there may be none.
    await client.end();
  }
}

/** Takes locks until the server has no room for more. Returns how many, rounded down. */
async function takeAll(client: pg.Client): Promise<number> {
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
