import pg from 'pg';

const TIMEOUT_MS = 3_000;

/**
 * Returns when the server answers and the database that the URL names has TimescaleDB.
 *
 * @throws the error of the driver when the server does not answer within 3 s or the extension cannot be made.
 */
export async function askPostgres(url: string): Promise<void> {
  const client = new pg.Client({
    connectionString: url,
    connectionTimeoutMillis: TIMEOUT_MS,
    query_timeout: TIMEOUT_MS,
  });
  client.on('error', () => {});
  try {
    await client.connect();
    await client.query('create extension if not exists timescaledb');
    await client.query('select 1');
  } finally {
    await client.end();
  }
}
