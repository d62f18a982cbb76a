import pg from 'pg';
import sql from 'sql-template-tag';
import { AsofError } from '../../../domain/errors/asof-error.ts';
import type { Client, Pool } from '../../sql/client.ts';
import { withLiterals } from './literals.ts';
import { type QueryLogin, readQueryLogin } from './query-login.ts';

/**
 * Runs `work` in a new session of the role of batch queries, which ends with it. Its transaction only reads, and
 * sees what the transaction of `client` sees now.
 *
 * A session of its own, since a text that is not trusted can undo `SET ROLE`, and nothing of a session that has
 * ended is left: no setting, no lock, no temporary table.
 *
 * @throws AsofError `ASOF_QUERY_ROLE_MISSING`, `ASOF_QUERY_LOGIN_REFUSED`, `ASOF_QUERY_ROLE_UNFIT`.
 */
export async function inQuerySession<Result>(
  pool: Pool,
  client: Client,
  work: (session: pg.Client) => Promise<Result>,
): Promise<Result> {
  const login = await readQueryLogin(client);
  const session = await openQuerySession(pool, login);
  try {
    await expectRole(session, login);
    await shareSnapshot(session, client);
    const result = await work(session);
    await session.end();
    return result;
  } catch (error) {
    await pool.endApart(session);
    throw error;
  }
}

/**
 * The role that `ASOF_QUERY_DATABASE_URL` logs in as. Undefined if the setting is not given.
 *
 * @throws AsofError `ASOF_QUERY_LOGIN_REFUSED`.
 */
export async function givenQueryRole(pool: Pool): Promise<string | undefined> {
  if (pool.queries.url === undefined) return undefined;
  const session = await openSession(pool, pool.queries.url);
  try {
    return await roleOf(session);
  } finally {
    await session.end();
  }
}

function openQuerySession(pool: Pool, { role, password }: QueryLogin): Promise<pg.Client> {
  if (pool.queries.url !== undefined) return openSession(pool, pool.queries.url);
  if (password !== null) return openSession(pool, pool.urlOf(role, password));
  throw refused(`its password is not known here. Set ASOF_QUERY_DATABASE_URL to a URL of the role '${role}'`);
}

/** The classes of SQLSTATE for a login that the server knows and does not let in. */
const NOT_LET_IN = /^(?:28|3D|42501)/;

async function openSession(pool: Pool, url: string): Promise<pg.Client> {
  try {
    return await pool.openApart(url);
  } catch (error) {
    if (error instanceof pg.DatabaseError && NOT_LET_IN.test(error.code ?? ''))
      throw refused(
        `${error.message}. Let it in (pg_hba.conf; the users of a pooler), or name a role with ASOF_QUERY_DATABASE_URL`,
        error,
      );
    throw error;
  }
}

function refused(why: string, cause?: unknown): AsofError {
  return new AsofError(
    'ASOF_QUERY_LOGIN_REFUSED',
    `batch queries log in with a role of their own, and the offline store does not let it in: ${why}`,
    { cause },
  );
}

async function roleOf(session: pg.Client): Promise<string> {
  const { rows } = await session.query<{ role: string }>('SELECT session_user AS role');
  return rows[0]!.role;
}

/** `apply` has looked at the rights of the role that it recorded, and of no other. */
async function expectRole(session: pg.Client, { role }: QueryLogin): Promise<void> {
  const given = await roleOf(session);
  if (given === role) return;
  throw new AsofError(
    'ASOF_QUERY_ROLE_UNFIT',
    `ASOF_QUERY_DATABASE_URL logs in as '${given}', and the last apply gave the rights of batch queries to '${role}'. ` +
      'Give this process and apply the same URL, and run: npx asof apply',
    { details: { role, given } },
  );
}

async function shareSnapshot(session: pg.Client, client: Client): Promise<void> {
  const { rows } = await client.query<{ snapshot: string }>('SELECT pg_export_snapshot() AS snapshot');
  await session.query('BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY');
  try {
    await session.query(withLiterals(sql`SET TRANSACTION SNAPSHOT ${rows[0]!.snapshot}`));
  } catch (error) {
    throw snapshotProblem(error);
  }
}

/** For a snapshot of another database, and for one that is not there: Postgres 17 has a code of its own for that. */
const NO_SUCH_SNAPSHOT: readonly (string | undefined)[] = ['0A000', '22023', '42704'];

/** The error to report when a session cannot take the snapshot of another. */
export function snapshotProblem(error: unknown): unknown {
  if (!(error instanceof pg.DatabaseError) || !NO_SUCH_SNAPSHOT.includes(error.code)) return error;
  return new AsofError(
    'ASOF_QUERY_ROLE_UNFIT',
    `ASOF_QUERY_DATABASE_URL leads to another database or server than DATABASE_URL (${error.message}); name the same`,
    { cause: error },
  );
}
