import pg from 'pg';
import sql, { raw } from 'sql-template-tag';
import { AsofError } from '../../domain/errors/asof-error.ts';
import { dropChunks } from '../sql/chunks.ts';
import { type Client, type Pool, type Queryable, inSavepoint, inTransaction } from '../sql/client.ts';
import { ident } from '../sql/identifier.ts';
import { forgetMade, readMade, readRelations } from './made.ts';
import { readOwnRoles } from './own-role.ts';
import { RELATION_SCHEMAS } from './own-schemas.ts';

/**
 * Drops the relations that Asof made, then its schemas where nothing else is left in them and its roles, and the
 * registry last. Each transaction is small, so that its locks fit into the server's lock table, and a call that dies is
 * finished by the next one.
 *
 * @returns the roles that cannot be dropped, and stay.
 */
export async function dropAll(pool: Pool): Promise<string[]> {
  for (const { kind, name } of await readMade(pool)) {
    if (kind !== 'relation') continue;
    await dropChunks(pool, relation(name));
    await inTransaction(pool, (client) => dropRelation(client, name));
  }
  return inTransaction(pool, dropSchemas);
}

/** The relations in Asof's schemas that somebody else made. They stay, and so do their schemas. */
export async function foreignRelations(db: Queryable): Promise<string[]> {
  const made = new Set((await readMade(db)).map(({ name }) => name));
  return (await readRelations(db)).filter((name) => !made.has(name));
}

/**
 * @throws AsofError `ASOF_RESET_BLOCKED` if relations that somebody else made, such as views, read those that
 * are to be dropped.
 */
export async function expectNoDependents(db: Queryable): Promise<void> {
  const { rows } = await db.query<{ name: string }>(sql`
    WITH own AS (
      SELECT c.oid FROM pg_class c JOIN pg_namespace n ON n.oid = relnamespace
      LEFT JOIN asof.made m ON m.kind = 'relation' AND m.name = nspname || '.' || relname
      WHERE m.name IS NOT NULL OR nspname = 'asof'
    ), dependents AS (
      SELECT ev_class AS oid FROM pg_depend JOIN pg_rewrite r ON classid = 'pg_rewrite'::regclass AND objid = r.oid
      WHERE refclassid = 'pg_class'::regclass AND refobjid IN (SELECT oid FROM own)
      UNION SELECT conrelid FROM pg_constraint WHERE contype = 'f' AND confrelid IN (SELECT oid FROM own)
    )
    SELECT nspname || '.' || relname AS name FROM dependents
    JOIN pg_class c ON c.oid = dependents.oid JOIN pg_namespace n ON n.oid = relnamespace
    WHERE c.oid NOT IN (SELECT oid FROM own) ORDER BY 1`);
  if (rows.length === 0) return;
  const names = rows.map(({ name }) => name);
  throw new AsofError(
    'ASOF_RESET_BLOCKED',
    `these relations are not Asof's and read tables that reset would drop: ${names.join(', ')}. Nothing was deleted; drop them first`,
    { details: { relations: names } },
  );
}

async function dropRelation(client: Client, name: string): Promise<void> {
  const { rows } = await client.query<{ kind: string }>(sql`
    SELECT relkind AS kind FROM pg_class WHERE oid = to_regclass(${relation(name).text})`);
  const [found] = rows;
  if (found) await client.query(sql`DROP ${raw(found.kind === 'v' ? 'VIEW' : 'TABLE')} ${relation(name)}`);
  await forgetMade(client, 'relation', [name]);
}

async function dropSchemas(client: Client): Promise<string[]> {
  const foreign = await readRelations(client);
  for (const schema of RELATION_SCHEMAS) {
    const isLeft = foreign.some((name) => name.startsWith(`${schema}.`));
    if (!isLeft) await client.query(sql`DROP SCHEMA IF EXISTS ${ident(schema)}`);
  }
  const left = await dropRoles(client);
  await dropRegistry(client);
  return left;
}

/** Postgres: something else depends on the role, or it is not ours to drop. */
const STAYS: readonly (string | undefined)[] = ['2BP01', '42501'];

/** Drops the roles that Asof made, with the rights in this database that nothing above has dropped. */
async function dropRoles(client: Client): Promise<string[]> {
  const left: string[] = [];
  for (const name of await readOwnRoles(client)) {
    try {
      await inSavepoint(client, async () => {
        // Only a member of a role may take all its rights.
        await client.query(sql`GRANT ${ident(name)} TO CURRENT_USER`);
        await client.query(sql`DROP OWNED BY ${ident(name)}`);
      });
      await inSavepoint(client, () => client.query(sql`DROP ROLE ${ident(name)}`));
    } catch (error) {
      if (!(error instanceof pg.DatabaseError) || !STAYS.includes(error.code)) throw error;
      left.push(name);
    }
  }
  return left;
}

/** Drops the schema `asof`, or what is in it where an older version created an extension there. */
async function dropRegistry(client: Client): Promise<void> {
  const { rows } = await client.query<{ statement: string }>(sql`
    SELECT CASE WHEN EXISTS (SELECT FROM pg_extension WHERE extnamespace = 'asof'::regnamespace)
      THEN (
        SELECT string_agg(statement, '; ') FROM (
          SELECT format('DROP %s asof.%I CASCADE', CASE relkind WHEN 'S' THEN 'SEQUENCE IF EXISTS' ELSE 'TABLE' END, relname) AS statement
          FROM pg_class WHERE relnamespace = 'asof'::regnamespace AND relkind IN ('r', 'S')
          UNION ALL SELECT format('DROP FUNCTION %s', p.oid::regprocedure) FROM pg_proc p
          WHERE pronamespace = 'asof'::regnamespace
            AND NOT EXISTS (SELECT FROM pg_depend WHERE classid = 'pg_proc'::regclass AND objid = p.oid AND deptype = 'e')
        ) AS own)
      ELSE 'DROP SCHEMA asof CASCADE' END AS statement`);
  await client.query(rows[0]!.statement);
}

/** Definitions and migrations name relations without dots. */
function relation(name: string) {
  const dot = name.indexOf('.');
  return ident(name.slice(0, dot), name.slice(dot + 1));
}
