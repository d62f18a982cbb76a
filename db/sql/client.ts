import pg from 'pg';
import { unavailable } from '../../domain/errors/asof-error.ts';
import type { ExpectAnswers } from './answering-client.ts';
import { AnsweringPool } from './answering-pool.ts';

export type Pool = pg.Pool;
export type Client = pg.PoolClient;
/** What a query can run on: the pool, or the client of an open transaction. */
export type Queryable = Pool | Client;

export interface ConnectOptions {
  /** How many connections at most. */
  readonly max?: number;
  readonly expectAnswers?: ExpectAnswers;
}

/**
 * Connections to the offline store, tried once. Sessions speak UTC, whatever the server's default.
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
    options: '-c timezone=UTC',
  };
  const pool = expectAnswers ? new AnsweringPool(settings, expectAnswers) : new pg.Pool(settings);
  // An idle connection that the server closes is replaced at the next use; without a listener it would end the process.
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

/** Runs `work` in one transaction: all of it is committed, or none. */
export function inTransaction<Result>(
  pool: Pool,
  work: (client: Client) => Promise<Result>,
): Promise<Result> {
  return between(pool, 'BEGIN', work, 'COMMIT');
}

/** Runs `work` on one connection between the statements that begin and end a transaction of whatever kind. */
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
    // Closing the connection rolls back, also where a COPY is still under way or the connection is what failed.
    client.release(true);
    throw error;
  }
}
