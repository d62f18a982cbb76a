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
  if (!login) return;
  for (const batch of batches) await grantReads(client, batch);
  const declared = [...new Set(batches.flatMap(relationsOf))];
  await revokeOthers(client, login.role, declared);
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

/** Takes from a role what it may do in the schemas of Asof. There may be no such role any more. */
export async function revokeAll(client: Client, role: string): Promise<void> {
  const schemas = [...RELATION_SCHEMAS, 'asof'];
  const { rows } = await client.query<{ object: string }>(sql`
    SELECT DISTINCT c.oid::regclass::text AS object
    FROM pg_class c JOIN pg_namespace n ON n.oid = relnamespace, aclexplode(relacl) AS entry
    WHERE nspname = ANY(${schemas}) AND entry.grantee = to_regrole(${ident(role).text})
    UNION ALL
    SELECT 'SCHEMA ' || quote_ident(nspname) FROM pg_namespace, aclexplode(nspacl) AS entry
    WHERE nspname = ANY(${schemas}) AND entry.grantee = to_regrole(${ident(role).text})`);
  for (const { object } of rows) await client.query(sql`REVOKE ALL ON ${raw(object)} FROM ${ident(role)}`);
}
