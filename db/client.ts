import pg from 'pg';
import { AsofError } from '../domain/errors.ts';

export type Pool = pg.Pool;
export type Client = pg.PoolClient;
/** What a query can run on: the pool, or the client of an open transaction. */
export type Queryable = Pool | Client;

/** Connections to the offline store. Sessions speak UTC, whatever the server's default. */
export function connect(databaseUrl: string, { max = 10 }: { max?: number } = {}): Pool {
  const pool = new pg.Pool({
    connectionString: databaseUrl,
    max,
    application_name: 'asof',
    options: '-c timezone=UTC',
  });
  // An idle connection that the server closes is replaced at the next use; without a listener it would end the process.
  pool.on('error', () => {});
  return pool;
}

/** Runs `work` in one transaction: all of it is committed, or none. */
export async function inTransaction<Result>(
  pool: Pool,
  work: (client: Client) => Promise<Result>,
): Promise<Result> {
  const client = await acquire(pool);
  try {
    await client.query('BEGIN');
    const result = await work(client);
    await client.query('COMMIT');
    client.release();
    return result;
  } catch (error) {
    // Closing the connection rolls back, also where the connection is what failed.
    client.release(true);
    throw error;
  }
}

async function acquire(pool: Pool): Promise<Client> {
  try {
    return await pool.connect();
  } catch (error) {
    throw new AsofError(
      'ASOF_DATABASE_UNAVAILABLE',
      `cannot connect to the offline store: ${error instanceof Error ? error.message : String(error)}; is DATABASE_URL right and the server up (npx asof stack status)?`,
      { kind: 'unavailable', cause: error },
    );
  }
}
