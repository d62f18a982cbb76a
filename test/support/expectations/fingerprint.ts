import sql, { raw } from 'sql-template-tag';
import type { Pool } from '../../../db/sql/client.ts';

/** What is in the catalogues that a statement could change: relations, functions, roles, rights, settings. */
const CATALOGUES: Readonly<Record<string, string>> = {
  relations: 'SELECT oid, relname, relkind, relacl, relowner FROM pg_class',
  functions: 'SELECT oid, proname, proacl FROM pg_proc',
  schemas: 'SELECT oid, nspname, nspacl FROM pg_namespace',
  roles: 'SELECT * FROM pg_roles',
  members: 'SELECT roleid, member, admin_option FROM pg_auth_members',
  settings: 'SELECT * FROM pg_db_role_setting',
  databases: 'SELECT oid, datname, datacl FROM pg_database',
  'large objects': 'SELECT oid FROM pg_largeobject_metadata',
  extensions: 'SELECT oid, extname, extversion FROM pg_extension',
  'replication slots': 'SELECT slot_name FROM pg_replication_slots',
  'advisory locks': "SELECT classid, objid FROM pg_locks WHERE locktype = 'advisory'",
  'prepared transactions': 'SELECT gid FROM pg_prepared_xacts',
};

/**
 * A digest of each part of a database that a statement could change: what the catalogues say, the rows of all
 * tables but those that TimescaleDB's own jobs write, and the sequences.
 */
export async function fingerprint(pool: Pool): Promise<Record<string, string>> {
  const { rows: relations } = await pool.query<{ name: string; kind: string }>(sql`
    SELECT c.oid::regclass::text AS name, relkind AS kind FROM pg_class c JOIN pg_namespace n ON n.oid = relnamespace
    WHERE relkind IN ('r', 'S') AND nspname <> ALL('{pg_catalog, information_schema, pg_toast}')
      AND NOT (nspname LIKE '\\_timescaledb%' AND relname ~ 'stat|metadata|log') AND nspname NOT LIKE 'pg\\_temp%'
      AND has_table_privilege(c.oid, 'SELECT') ORDER BY 1`);
  const parts = [
    ...Object.entries(CATALOGUES),
    ...relations.map(({ name, kind }) => [
      name,
      kind === 'S' ? `SELECT last_value FROM ${name}` : `SELECT * FROM ${name}`,
    ]),
  ];
  const digests = parts.map(
    ([name, query]) =>
      `SELECT '${name!.replaceAll("'", "''")}' AS name, md5(string_agg(row::text, ';' ORDER BY row::text)) AS digest FROM (${query}) AS row`,
  );
  const { rows } = await pool.query<{ name: string; digest: string }>(
    sql`${raw(digests.join(' UNION ALL '))}`,
  );
  return Object.fromEntries(rows.map(({ name, digest }) => [name, digest]));
}
