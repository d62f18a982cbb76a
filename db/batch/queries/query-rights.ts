import sql, { raw } from 'sql-template-tag';
import { RELATION_SCHEMAS } from '../../registry/own-schemas.ts';
import type { Client } from '../../sql/client.ts';
import { ident } from '../../sql/identifier.ts';
import { rawEvents, referenceOf } from '../../sql/relations.ts';
import type { Batch } from '../load-batch.ts';
import { expectFit } from './fit-role.ts';
import { findQueryLogin, readQueryLogin } from './query-login.ts';

/**
 * Lets the role of batch queries read what batch tables declare, and nothing else.
 *
 * @param batches all batch tables of the deployment.
 * @throws AsofError `ASOF_QUERY_ROLE_UNFIT` if it could do more, by rights that are not ours to take.
 */
export async function alignQueryRights(client: Client, batches: readonly Batch[]): Promise<void> {
  const login = await findQueryLogin(client);
  if (!login || batches.length === 0) return;
  for (const batch of batches) await grantReads(client, batch);
  const declared = [...new Set(batches.flatMap(relationsOf))];
  await revokeOthers(client, login.role, declared);
  await closePublic(client);
  await expectFit(client, login.role, declared);
}

/** Lets the role of batch queries read what a batch table declares. The relations must exist. */
export async function grantReads(client: Client, batch: Batch): Promise<void> {
  const { role } = await readQueryLogin(client);
  // A grant on a hypertable is one on each of its chunks, so none is repeated.
  const { rows } = await client.query<{ object: string; right: string }>(sql`
    SELECT 'SCHEMA ' || quote_ident(nspname) AS object, 'USAGE' AS right FROM pg_namespace AS room
    WHERE NOT has_schema_privilege(${role}, room.oid, 'USAGE') AND (
      nspname IN ('asof', 'events', 'reference')
      OR room.oid = (SELECT extnamespace FROM pg_extension WHERE extname = 'timescaledb'))
    UNION ALL
    SELECT name, 'SELECT' FROM unnest(${relationsOf(batch)}::text[]) AS name
    WHERE NOT has_table_privilege(${role}, name::regclass, 'SELECT')`);
  for (const { object, right } of rows)
    await client.query(sql`GRANT ${raw(right)} ON ${raw(object)} TO ${ident(role)}`);
}

/** The relations that the query of a batch table reads, quoted. */
function relationsOf({ source, references }: Batch): string[] {
  return [rawEvents(source), ...references.map(({ name }) => referenceOf(name))].map(({ text }) => text);
}

async function revokeOthers(client: Client, role: string, declared: readonly string[]): Promise<void> {
  const { rows } = await client.query<{ name: string; isDeclared: boolean }>(sql`
    SELECT DISTINCT c.oid::regclass::text AS name, c.oid = ANY(${declared}::regclass[]::oid[]) AS "isDeclared"
    FROM pg_class c JOIN pg_namespace n ON n.oid = relnamespace, aclexplode(relacl) AS entry
    WHERE nspname = ANY(${[...RELATION_SCHEMAS, 'asof']}) AND entry.grantee = ${ident(role).text}::regrole
      AND (entry.privilege_type <> 'SELECT' OR c.oid <> ALL(${declared}::regclass[]::oid[]))`);
  for (const { name, isDeclared } of rows) {
    await client.query(sql`REVOKE ALL ON ${raw(name)} FROM ${ident(role)}`);
    if (isDeclared) await client.query(sql`GRANT SELECT ON ${raw(name)} TO ${ident(role)}`);
  }
}

/** Takes from everybody, in a database that is the own role's, what Postgres gives to everybody. */
async function closePublic(client: Client): Promise<void> {
  const { rows } = await client.query<{ statement: string }>(sql`
    SELECT format('REVOKE %s ON DATABASE %I FROM PUBLIC', given, datname) AS statement
    FROM pg_database, unnest(ARRAY['TEMPORARY', 'CREATE']) AS given
    WHERE datname = current_database() AND pg_get_userbyid(datdba) = current_user AND has_database_privilege('public', oid, given)
    UNION ALL
    SELECT format('REVOKE CREATE ON SCHEMA %I FROM PUBLIC', nspname)
    FROM pg_namespace, pg_database
    WHERE datname = current_database() AND pg_get_userbyid(datdba) = current_user
      AND pg_has_role(nspowner, 'USAGE') AND has_schema_privilege('public', pg_namespace.oid, 'CREATE')`);
  for (const { statement } of rows) await client.query(statement);
}
