import pg from 'pg';
import sql, { type Sql, raw } from 'sql-template-tag';
import { AsofError } from '../../../domain/errors/asof-error.ts';
import { forgetMade } from '../../registry/made.ts';
import { findOwnRole, makeOwnRole } from '../../registry/own-role.ts';
import { type Client, inSavepoint } from '../../sql/client.ts';
import { ident } from '../../sql/identifier.ts';
import { scramVerifier } from '../../sql/roles/scram-verifier.ts';
import { unfitRole } from './fit-role.ts';
import { withLiterals } from './literals.ts';
import { type QueryLogin, findQueryLogin } from './query-login.ts';

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
 * @throws AsofError `ASOF_QUERY_ROLE_MISSING` if the own role may not make it; `ASOF_QUERY_ROLE_UNFIT`.
 */
export async function ensureQueryLogin(client: Client, given?: string): Promise<void> {
  await client.query(sql`LOCK TABLE asof.query_login IN SHARE ROW EXCLUSIVE MODE`);
  const known = await findQueryLogin(client);
  const server = await readServer(client);
  const login =
    given === undefined ? await ensureOwn(client, server, known) : { role: given, password: null };
  if (known?.role !== login.role || known.password !== login.password) await record(client, login);
  await actFor(client, server, login.role);
}

async function readServer(client: Client): Promise<Server> {
  const { rows } = await client.query<Server>(sql`
    SELECT current_database() AS database, current_user AS user, current_setting('server_version_num')::int AS version`);
  return rows[0]!;
}

/** A copy of a database has the line of the original; its role is another. */
async function ensureOwn(client: Client, server: Server, known: QueryLogin | undefined): Promise<QueryLogin> {
  const own = await findOwnRole(client, 'query');
  const role = own.name;
  if (known?.role === role && known.password !== null && own.state === 'own') return known;
  if (own.state === 'foreign')
    throw unfitRole(role, [
      {
        problem: 'Asof did not make it, and would make a role of that name',
        remedy: `DROP ROLE ${ident(role).text}`,
      },
    ]);
  const isKnown = known?.role === role && known.password !== null;
  const password = isKnown ? known.password : await newPassword(client);
  await make(client, server, role, async () => {
    await makeOwnRole(client, own, raw(withLiterals(sql`LOGIN PASSWORD ${scramVerifier(password)}`)));
    await client.query(sql`ALTER ROLE ${ident(role)} SET default_transaction_read_only = on`);
  });
  return { role, password };
}

/** The server draws it, so that no log of statements shows it. */
async function newPassword(client: Client): Promise<string> {
  const { rows } = await client.query<{ password: string }>(
    sql`SELECT replace(gen_random_uuid()::text || gen_random_uuid()::text, '-', '') AS password`,
  );
  return rows[0]!.password;
}

async function record(client: Client, { role, password }: QueryLogin): Promise<void> {
  const { rows } = await client.query<{ role: string }>(sql`
    WITH gone AS (DELETE FROM asof.query_login RETURNING role) SELECT role FROM gone`);
  await client.query(sql`INSERT INTO asof.query_login (role, password) VALUES (${role}, ${password})`);
  // The role of the original of a copied database is not this one's.
  const former = rows.map((row) => row.role).filter((name) => name !== role);
  await forgetMade(client, 'role', former);
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
  const { user, database } = server;
  const statements = [
    `CREATE ROLE ${ident(role).text} LOGIN PASSWORD '…'`,
    `ALTER ROLE ${ident(role).text} SET default_transaction_read_only = on`,
    `GRANT ${ident(role).text} TO ${ident(user).text}`,
  ];
  await refusing(
    client,
    work,
    (cause) =>
      new AsofError(
        'ASOF_QUERY_ROLE_MISSING',
        `batch queries run as a role of their own, and '${user}' may not make it (${cause.message}). Nothing was applied. ` +
          `Run as an administrator of the server:\n${statements.map((statement) => `  ${statement};`).join('\n')}\n` +
          `and set ASOF_QUERY_DATABASE_URL, for apply and for workers, to the URL of the database '${database}' with that role and password. ` +
          `Or let '${user}' make roles: ALTER ROLE ${ident(user).text} CREATEROLE`,
        { details: { role, statements }, cause },
      ),
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
