import pg from 'pg';
import sql from 'sql-template-tag';
import { AsofError } from '../../domain/errors/asof-error.ts';
import { type Client, type Pool, type Queryable, inSavepoint, inTransaction } from '../sql/client.ts';
import { ident } from '../sql/identifier.ts';
import { dropRelations, readersOf } from './drop-relations.ts';
import { readMade, readRelations } from './made.ts';
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
  await dropRelations(pool, await madeRelations(pool));
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
  const names = await readersOf(db, await ownRelations(db));
  if (names.length === 0) return;
  throw new AsofError(
    'ASOF_RESET_BLOCKED',
    `these relations are not Asof's and read tables that reset would drop: ${names.join(', ')}. Nothing was deleted; drop them first`,
    { details: { relations: names } },
  );
}

async function madeRelations(db: Queryable): Promise<string[]> {
  return (await readMade(db)).filter(({ kind }) => kind === 'relation').map(({ name }) => name);
}

async function ownRelations(db: Queryable): Promise<string[]> {
  const { rows } = await db.query<{ name: string }>(sql`
    SELECT 'asof.' || relname AS name FROM pg_class WHERE relnamespace = 'asof'::regnamespace`);
  return [...(await madeRelations(db)), ...rows.map(({ name }) => name)];
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

/**
 * Drops the schema `asof`, or what is in it where an older version created an extension there. The sequence of an identity
 * column goes with its table alone.
 */
async function dropRegistry(client: Client): Promise<void> {
  const { rows } = await client.query<{ statement: string }>(sql`
    SELECT CASE WHEN EXISTS (SELECT FROM pg_extension WHERE extnamespace = 'asof'::regnamespace)
      THEN (
        SELECT string_agg(statement, '; ') FROM (
          SELECT format('DROP %s asof.%I CASCADE', CASE relkind WHEN 'S' THEN 'SEQUENCE IF EXISTS' ELSE 'TABLE' END, relname) AS statement
          FROM pg_class WHERE relnamespace = 'asof'::regnamespace AND relkind IN ('r', 'S')
            AND NOT EXISTS (SELECT FROM pg_depend WHERE classid = 'pg_class'::regclass AND objid = pg_class.oid AND deptype = 'i')
          UNION ALL SELECT format('DROP FUNCTION %s', p.oid::regprocedure) FROM pg_proc p
          WHERE pronamespace = 'asof'::regnamespace
            AND NOT EXISTS (SELECT FROM pg_depend WHERE classid = 'pg_proc'::regclass AND objid = p.oid AND deptype = 'e')
        ) AS own)
      ELSE 'DROP SCHEMA asof CASCADE' END AS statement`);
  await client.query(rows[0]!.statement);
}
