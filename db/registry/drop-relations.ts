import sql, { type Sql, raw } from 'sql-template-tag';
import { dropChunks } from '../sql/chunks.ts';
import { type Client, type Pool, type Queryable, inTransaction } from '../sql/client.ts';
import { ident } from '../sql/identifier.ts';
import { forgetMade } from './made.ts';

/**
 * Drops relations that Asof made, and their records. Each transaction is small, so that its locks fit into the server's
 * lock table, and a call that dies is finished by the next one.
 *
 * @param names as `schema.name`.
 */
export async function dropRelations(pool: Pool, names: readonly string[]): Promise<void> {
  for (const name of await viewsFirst(pool, names)) {
    await dropChunks(pool, relationNamed(name));
    await inTransaction(pool, (client) => dropRelation(client, name));
  }
}

/** The relations of somebody else that read relations of Asof, such as views: nobody can drop what they read. */
export async function readersOf(db: Queryable, names: readonly string[]): Promise<string[]> {
  const { rows } = await db.query<{ name: string }>(sql`
    WITH own AS (
      SELECT c.oid, nspname || '.' || relname AS name FROM pg_class c JOIN pg_namespace n ON n.oid = relnamespace
      LEFT JOIN asof.made m ON m.kind = 'relation' AND m.name = nspname || '.' || relname
      WHERE m.name IS NOT NULL OR nspname = 'asof'
    ), doomed AS (SELECT oid FROM own WHERE name = ANY(${[...names]})),
    dependents AS (
      SELECT ev_class AS oid FROM pg_depend JOIN pg_rewrite r ON classid = 'pg_rewrite'::regclass AND objid = r.oid
      WHERE refclassid = 'pg_class'::regclass AND refobjid IN (SELECT oid FROM doomed)
      UNION SELECT conrelid FROM pg_constraint WHERE contype = 'f' AND confrelid IN (SELECT oid FROM doomed)
    )
    SELECT nspname || '.' || relname AS name FROM dependents
    JOIN pg_class c ON c.oid = dependents.oid JOIN pg_namespace n ON n.oid = relnamespace
    WHERE c.oid NOT IN (SELECT oid FROM own) ORDER BY 1`);
  return rows.map(({ name }) => name);
}

/** A view is dropped before what it reads. */
async function viewsFirst(db: Queryable, names: readonly string[]): Promise<string[]> {
  const { rows } = await db.query<{ name: string }>(sql`
    SELECT nspname || '.' || relname AS name FROM pg_class JOIN pg_namespace n ON n.oid = relnamespace WHERE relkind = 'v'`);
  const views = new Set(rows.map(({ name }) => name));
  return [...names].sort((a, b) => Number(views.has(b)) - Number(views.has(a)));
}

async function dropRelation(client: Client, name: string): Promise<void> {
  const { rows } = await client.query<{ kind: string }>(sql`
    SELECT relkind AS kind FROM pg_class WHERE oid = to_regclass(${relationNamed(name).text})`);
  const [found] = rows;
  if (found)
    await client.query(sql`DROP ${raw(found.kind === 'v' ? 'VIEW' : 'TABLE')} ${relationNamed(name)}`);
  await forgetMade(client, 'relation', [name]);
}

/**
 * A relation by its name as `schema.name`, quoted. Definitions and migrations name relations without dots.
 */
export function relationNamed(name: string): Sql {
  const dot = name.indexOf('.');
  return ident(name.slice(0, dot), name.slice(dot + 1));
}
