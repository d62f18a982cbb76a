import pg from 'pg';

const TIMEOUT_MS = 3_000;

/** Ready means that it answers and has TimescaleDB in the database that the URL names. */
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
