import sql from 'sql-template-tag';
import { AsofError } from '../../../domain/errors/asof-error.ts';
import type { Queryable } from '../../sql/client.ts';

/** The role that batch queries log in as. */
export interface QueryLogin {
  readonly role: string;
  /** Null where somebody else made the role. */
  readonly password: string | null;
}

/** The login of the database's batch queries. Undefined before an `apply` has made it. */
export async function findQueryLogin(db: Queryable): Promise<QueryLogin | undefined> {
  const { rows } = await db.query<QueryLogin>(sql`SELECT role, password FROM asof.query_login`);
  return rows[0];
}

/** @throws AsofError `ASOF_QUERY_ROLE_MISSING` before an `apply` has made it. */
export async function readQueryLogin(db: Queryable): Promise<QueryLogin> {
  const login = await findQueryLogin(db);
  if (login) return login;
  throw new AsofError(
    'ASOF_QUERY_ROLE_MISSING',
    'the offline store has no role for batch queries yet; npx asof apply makes it with the first batch table',
  );
}
