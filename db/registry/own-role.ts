import sql, { type Sql, raw } from 'sql-template-tag';
import {
  type NamedDatabase,
  ROLE_PURPOSES,
  type RolePurpose,
  roleName,
} from '../../domain/registry/role-names.ts';
import type { Client, Queryable } from '../sql/client.ts';
import { ident } from '../sql/identifier.ts';

/** A role that a deployment makes. */
export interface OwnRole {
  readonly name: string;
  /** The comment by which a deployment knows that Asof made it for a database of this name. */
  readonly mark: string;
  /** Absent: there is no role of that name. Foreign: somebody else made it. */
  readonly state: 'absent' | 'own' | 'foreign';
  /** Whether the role of this session may make roles. */
  readonly mayMake: boolean;
}

/** What there is of the role that the deployment of this database makes for a purpose. */
export async function findOwnRole(db: Queryable, purpose: RolePurpose): Promise<OwnRole> {
  const { rows } = await db.query<NamedDatabase & { mayMake: boolean }>(sql`
    SELECT datname AS name, pg_database.oid, rolsuper OR rolcreaterole AS "mayMake"
    FROM pg_database, pg_roles WHERE datname = current_database() AND rolname = current_user`);
  const { mayMake, ...database } = rows[0]!;
  const name = roleName(database, purpose);
  const mark = `Asof made this role for database ${database.name}`;
  const found = await db.query<{ mark: string | null }>(
    sql`SELECT shobj_description(oid, 'pg_authid') AS mark FROM pg_roles WHERE rolname = ${name}`,
  );
  const [role] = found.rows;
  return { name, mark, mayMake, state: !role ? 'absent' : role.mark === mark ? 'own' : 'foreign' };
}

/** The roles that the deployment of this database has made. Those of the original of a copied database are not among them. */
export async function readOwnRoles(db: Queryable): Promise<string[]> {
  const names: string[] = [];
  for (const purpose of ROLE_PURPOSES) {
    const { name, state } = await findOwnRole(db, purpose);
    if (state === 'own') names.push(name);
  }
  return names;
}

/** Makes such a role, or gives one that is there other options. */
export async function makeOwnRole(
  client: Client,
  { name, mark, state }: OwnRole,
  options: Sql,
): Promise<void> {
  const verb = raw(state === 'absent' ? 'CREATE' : 'ALTER');
  await client.query(sql`${verb} ROLE ${ident(name)} ${options}`);
  await client.query(sql`COMMENT ON ROLE ${ident(name)} IS ${raw(`'${mark.replaceAll("'", "''")}'`)}`);
}
