import { databaseUrl } from '../../config/servers.ts';
import { connect } from '../../db/sql/client.ts';
import { ident } from '../../db/sql/identifier.ts';
import { administratorUrl } from '../../stack/index.ts';

/** Runs `work` on a new database of the stack's server, and drops the database afterwards. */
export async function withDatabase<Result>(
  name: string,
  work: (url: string) => Promise<Result>,
): Promise<Result> {
  const url = new URL(databaseUrl());
  await administer(databaseUrl(), `CREATE DATABASE ${ident(name).sql}`);
  try {
    url.pathname = `/${name}`;
    return await work(url.href);
  } finally {
    // The background workers of TimescaleDB are a superuser's, and only one may end their sessions.
    await administer(administratorUrl() ?? databaseUrl(), `DROP DATABASE ${ident(name).sql} WITH (FORCE)`);
  }
}

/** Flushes the pending writes of earlier runs, so that they do not slow the next run. */
export async function checkpoint(): Promise<void> {
  await administer(administratorUrl() ?? databaseUrl(), 'CHECKPOINT');
}

async function administer(url: string, statement: string): Promise<void> {
  const pool = await connect(url, { max: 1 });
  try {
    await pool.query(statement);
  } finally {
    await pool.end();
  }
}
