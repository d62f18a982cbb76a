import pg from 'pg';
import { unavailable } from '../../domain/errors/asof-error.ts';
import type { ExpectAnswers } from './answering-client.ts';
import { AnsweringPool } from './answering-pool.ts';

export type Pool = pg.Pool;
export type Client = pg.PoolClient;
/** What can run a query: the pool, or the client of an open transaction. */
export type Queryable = Pool | Client;

export interface ConnectOptions {
  /** The greatest number of connections. Omitted: 10. */
  readonly max?: number;
  /** Omitted: the answers of the server are not reported. */
  readonly expectAnswers?: ExpectAnswers;
}

/**
 * Connects to the offline store, and checks once that it answers. Sessions use UTC, whatever the default of
 * the server.
 *
 * @throws AsofError `ASOF_DATABASE_UNAVAILABLE` (unavailable).
 */
export async function connect(
  databaseUrl: string,
  { max = 10, expectAnswers }: ConnectOptions = {},
): Promise<Pool> {
  const settings: pg.PoolConfig = {
    connectionString: databaseUrl,
    max,
    application_name: 'asof',
    keepAlive: true,
    options: '-c timezone=UTC',
  };
  const pool = expectAnswers ? new AnsweringPool(settings, expectAnswers) : new pg.Pool(settings);
  // The pool replaces an idle connection that the server closes. Without a listener, the error would end
  // the process.
  pool.on('error', () => {});
  try {
    await pool.query('SELECT 1');
    return pool;
  } catch (error) {
    await pool.end();
    const { host } = new URL(databaseUrl);
    throw unavailable('ASOF_DATABASE_UNAVAILABLE', `the offline store at ${host}`, 'DATABASE_URL', error);
  }
}

/** Runs `work` in one transaction. If `work` throws, the transaction is rolled back. */
export function inTransaction<Result>(
  pool: Pool,
  work: (client: Client) => Promise<Result>,
): Promise<Result> {
  return between(pool, 'BEGIN', work, 'COMMIT');
}

/**
 * Runs `work` on one connection, between the statement that begins a transaction and the one that ends it.
 */
export async function between<Result>(
  pool: Pool,
  begin: string,
  work: (client: Client) => Promise<Result>,
  end: 'COMMIT' | 'ROLLBACK',
): Promise<Result> {
  const client = await pool.connect();
  try {
    await client.query(begin);
    const result = await work(client);
    await client.query(end);
    client.release();
    return result;
  } catch (error) {
    // Closing the connection rolls back, also during a COPY and after a failure of the connection itself.
    client.release(true);
    throw error;
  }
}

/** Runs `work` in an open transaction. If `work` throws, only what it wrote is rolled back. */
export async function inSavepoint<Result>(client: Client, work: () => Promise<Result>): Promise<Result> {
  await client.query('SAVEPOINT part');
  try {
    const result = await work();
    await client.query('RELEASE SAVEPOINT part');
    return result;
  } catch (error) {
    await client.query('ROLLBACK TO SAVEPOINT part; RELEASE SAVEPOINT part');
    throw error;
  }
}
