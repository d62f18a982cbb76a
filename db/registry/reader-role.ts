import sql, { raw } from 'sql-template-tag';
import type { Client } from '../sql/client.ts';
import { ident } from '../sql/identifier.ts';
import { findOwnRole, makeOwnRole } from './own-role.ts';
import { RELATION_SCHEMAS } from './own-schemas.ts';

/**
 * Makes a group for people and tools that read events, features and facts, and lets it read every relation that
 * Asof has made for them. Does nothing where Asof may not make roles, or somebody else made one of that name.
 */
export async function alignReader(client: Client): Promise<void> {
  const role = await findOwnRole(client, 'reader');
  if (role.state === 'foreign' || (role.state === 'absent' && !role.mayMake)) return;
  if (role.state === 'absent') await makeOwnRole(client, role, sql`NOLOGIN`);
  // A grant on a hypertable is one on each of its chunks, so none is repeated.
  const { rows } = await client.query<{ object: string; right: string }>(sql`
    SELECT 'SCHEMA ' || quote_ident(nspname) AS object, 'USAGE' AS right FROM pg_namespace AS room
    WHERE nspname = ANY(${RELATION_SCHEMAS}) AND NOT has_schema_privilege(${role.name}, room.oid, 'USAGE')
    UNION ALL
    SELECT c.oid::regclass::text, 'SELECT' FROM asof.made
    JOIN pg_class c ON made.name = relnamespace::regnamespace || '.' || relname
    WHERE kind = 'relation' AND NOT has_table_privilege(${role.name}, c.oid, 'SELECT')`);
  for (const { object, right } of rows)
    await client.query(sql`GRANT ${raw(right)} ON ${raw(object)} TO ${ident(role.name)}`);
}
