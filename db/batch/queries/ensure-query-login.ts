import pg from 'pg';
import sql, { type Sql, raw } from 'sql-template-tag';
import { AsofError } from '../../../domain/errors/asof-error.ts';
import { findOwnRole, makeOwnRole } from '../../registry/own-role.ts';
import { type Client, inSavepoint } from '../../sql/client.ts';
import { ident } from '../../sql/identifier.ts';
import { scramVerifier } from '../../sql/roles/scram-verifier.ts';
import { unfitRole } from './fit-role.ts';
import { withLiterals } from './literals.ts';
import { type QueryLogin, findQueryLogin, readQueryLogin } from './query-login.ts';
import { revokeAll } from './query-rights.ts';

interface Server {
  readonly database: string;
  /** The role of this session. */
  readonly user: string;
  readonly version: number;
}

/**
 * Makes the role that batch queries log in as, unless it is there, and lets the own role act for it: `apply` checks
 * queries with its rights, and a worker sees and ends what it runs.
 *
 * @param given the role that somebody made for Asof. Omitted: Asof makes one.
 * @returns whether it is another role than before, or has another password.
 * @throws AsofError `ASOF_QUERY_ROLE_MISSING` if the own role may not make it; `ASOF_QUERY_ROLE_UNFIT`.
 */
export async function ensureQueryLogin(client: Client, given?: string): Promise<boolean> {
  await client.query(sql`LOCK TABLE asof.query_login IN SHARE ROW EXCLUSIVE MODE`);
  const known = await findQueryLogin(client);
  const server = await readServer(client);
  const isOther =
    given === undefined ? await ensureOwn(client, server, known) : await ensureGiven(client, given, known);
  const { role } = await readQueryLogin(client);
  await actFor(client, server, role);
  if (known && known.role !== role) await revokeAll(client, known.role);
  return isOther;
}

async function readServer(client: Client): Promise<Server> {
  const { rows } = await client.query<Server>(sql`
    SELECT current_database() AS database, current_user AS user, current_setting('server_version_num')::int AS version`);
  return rows[0]!;
}

/** A copy of a database has the line of the original; its role is another. */
async function ensureOwn(client: Client, server: Server, known: QueryLogin | undefined): Promise<boolean> {
  const own = await findOwnRole(client, 'query');
  const role = own.name;
  const isKnown = known?.role === role && known.password !== null;
  if (isKnown && own.state === 'own') return false;
  if (own.state === 'foreign')
    throw unfitRole(role, [
      {
        problem: 'Asof did not make it, and would make a role of that name',
        remedy: `DROP ROLE ${ident(role).text}`,
      },
    ]);
  const password = isKnown ? known.password : await recordOwn(client, role);
  await make(client, server, role, async () => {
    await makeOwnRole(client, own, raw(withLiterals(sql`LOGIN PASSWORD ${scramVerifier(password)}`)));
    await client.query(sql`ALTER ROLE ${ident(role)} SET default_transaction_read_only = on`);
  });
  return true;
}

async function ensureGiven(client: Client, role: string, known: QueryLogin | undefined): Promise<boolean> {
  if (known?.role === role && known.password === null) return false;
  await client.query(sql`DELETE FROM asof.query_login`);
  await client.query(sql`INSERT INTO asof.query_login (role) VALUES (${role})`);
  return true;
}

/** The server draws the password where it keeps it, so that no log of statements and parameters shows it. */
async function recordOwn(client: Client, role: string): Promise<string> {
  await client.query(sql`DELETE FROM asof.query_login`);
  const { rows } = await client.query<{ password: string }>(sql`
    INSERT INTO asof.query_login (role, password)
    VALUES (${role}, replace(gen_random_uuid()::text || gen_random_uuid()::text, '-', '')) RETURNING password`);
  return rows[0]!.password;
}

/** Lets the own role take the rights of the role, and see and end its sessions. */
async function actFor(client: Client, { user, version }: Server, role: string): Promise<void> {
  const options = version < 160_000 ? sql`` : sql` WITH INHERIT TRUE, SET TRUE`;
  const membership: Sql = sql`GRANT ${ident(role)} TO ${ident(user)}${options}`;
  const may = raw(version < 160_000 ? `'MEMBER'` : `'SET'`);
  const { rows } = await client.query<{ acts: boolean }>(sql`
    SELECT pg_has_role(${role}, 'USAGE') AND pg_has_role(${role}, ${may}) AS acts`);
  if (rows[0]!.acts) return;
  await refusing(
    client,
    () => client.query(membership),
    (cause) =>
      unfitRole(
        role,
        [
          {
            problem: `'${user}' is not a member of it, so apply could not check queries with its rights`,
            remedy: membership.text,
          },
        ],
        cause,
      ),
  );
}

async function make(client: Client, server: Server, role: string, work: () => Promise<void>): Promise<void> {
  await refusing(client, work, (cause) => missingRole(server, role, cause));
}

/** The error for a role that Asof may not make, with what to do on that server. */
export function missingRole({ user, database, version }: Server, role: string, cause: Error): AsofError {
  const statements = [
    `CREATE ROLE ${ident(role).text} LOGIN PASSWORD '…'`,
    `ALTER ROLE ${ident(role).text} SET default_transaction_read_only = on`,
    `GRANT ${ident(role).text} TO ${ident(user).text}`,
  ];
  // Before Postgres 16, a role that makes roles can give itself every right but a superuser's.
  const orMake =
    version < 160_000 ? '' : ` Or let '${user}' make roles: ALTER ROLE ${ident(user).text} CREATEROLE`;
  return new AsofError(
    'ASOF_QUERY_ROLE_MISSING',
    `batch queries run as a role of their own, and '${user}' may not make it (${cause.message}). Nothing was applied. ` +
      `Run as an administrator of the server:\n${statements.map((statement) => `  ${statement};`).join('\n')}\n` +
      `and set ASOF_QUERY_DATABASE_URL, for apply and for workers, to the URL of the database '${database}' with that role and password.${orMake}`,
    { details: { role, statements }, cause },
  );
}

const NO_RIGHT = '42501';

async function refusing<Result>(
  client: Client,
  work: () => Promise<Result>,
  refusal: (cause: pg.DatabaseError) => AsofError,
): Promise<void> {
  try {
    await inSavepoint(client, work);
  } catch (error) {
    throw error instanceof pg.DatabaseError && error.code === NO_RIGHT ? refusal(error) : error;
  }
}
