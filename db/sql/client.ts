import type pg from 'pg';
import { AsofError, unavailable } from '../../domain/errors/asof-error.ts';
import { AnsweringClient, type WhoAsks } from './sessions/answering-client.ts';
import { AnsweringPool } from './sessions/answering-pool.ts';
import { connectionFailure } from './sessions/connection-failures.ts';

export type Pool = pg.Pool & Pick<AnsweringPool, 'queries' | 'urlOf' | 'openApart' | 'endApart'>;
export type Client = pg.PoolClient;
/** What can run a query: the pool, or the client of an open transaction. */
export type Queryable = Pool | Client;

export interface ConnectOptions {
  /** The greatest number of connections for statements. Omitted: 10. One more is for the pool itself. */
  readonly max?: number;
  /** How long a statement may run, in ms. Omitted: as long as the server works on it. */
  readonly longestStatement?: number;
  /** Omitted: nobody hears of the answers of the server. */
  readonly whoAsks?: WhoAsks;
  /** How batch queries run. Omitted: as a role that the registry names, for 5 hours at most. */
  readonly queries?: { readonly url?: string | undefined; readonly longest?: number | undefined } | undefined;
}

/** The activity that waits for a query ends after 6 hours. */
const LONGEST_QUERY_MS = 5 * 3_600_000;

const NOBODY = { answered: () => {}, isGone: () => false };

/**
 * Connects to the offline store, and checks once that it answers. Its sessions have the settings of
 * `sessions/session.ts`, whatever the URL, the role, the database or the server says.
 *
 * @throws AsofError `ASOF_DATABASE_UNAVAILABLE` (unavailable); `ASOF_DATABASE_POOLER_UNFIT` when a pooler
 * hands out the sessions of other clients.
 */
export async function connect(
  databaseUrl: string,
  { max = 10, longestStatement = 0, whoAsks = () => NOBODY, queries }: ConnectOptions = {},
): Promise<Pool> {
  const limits = { statement: longestStatement };
  const pool = new AnsweringPool({
    url: databaseUrl,
    max,
    limits,
    whoAsks,
    queries: { url: queries?.url, longest: queries?.longest ?? LONGEST_QUERY_MS },
  });
  try {
    await pool.open();
    return pool;
  } catch (error) {
    await pool.end();
    if (error instanceof AsofError && error.kind === 'input') throw error;
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
 *
 * @throws what {@link connectionFailure} makes of the failure of a statement.
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
    throw connectionFailure(error, client instanceof AnsweringClient ? client.lost : undefined);
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
