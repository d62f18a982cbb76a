import sql from 'sql-template-tag';
import { AsofError } from '../../domain/errors/asof-error.ts';
import type { Queryable } from '../sql/client.ts';

/** The schemas that a migration makes, by its name. The first migration makes `asof` too. */
const MADE_BY: Readonly<Record<string, readonly string[]>> = {
  '000001_foundation': ['events', 'tiles', 'features', 'history'],
  '000002_batch': ['reference'],
};

/** The schemas of the relations of definitions, and of lists of records. */
export const RELATION_SCHEMAS = Object.values(MADE_BY).flat();

/**
 * A schema `asof` that holds an extension and nothing else is one that an older version of Asof left: it
 * created the extension there.
 *
 * @param done the migrations that were made; undefined before the first one.
 * @throws AsofError `ASOF_DATABASE_TAKEN` if a schema is there that a migration has yet to make: somebody else
 * made it.
 */
export async function expectOwnSchemas(db: Queryable, done: readonly string[] | undefined): Promise<void> {
  const unmade = Object.entries(MADE_BY).filter(([migration]) => !done?.includes(migration));
  const schemas = [...(done ? [] : ['asof']), ...unmade.flatMap(([, made]) => made)];
  const { rows } = await db.query<{ database: string; taken: string[] }>(sql`
    SELECT current_database() AS database,
      ARRAY(
        SELECT nspname::text FROM pg_namespace n WHERE nspname = ANY(${schemas}) AND NOT (
          nspname = 'asof' AND EXISTS (SELECT FROM pg_extension WHERE extnamespace = n.oid)
          AND NOT EXISTS (SELECT FROM pg_class WHERE relnamespace = n.oid))
        ORDER BY 1) AS taken`);
  const { database, taken } = rows[0]!;
  if (taken.length === 0) return;
  throw new AsofError(
    'ASOF_DATABASE_TAKEN',
    `database '${database}' has schemas with names that Asof would give its own, and Asof did not make them: ${taken.join(', ')}. ` +
      'Nothing was touched. Give Asof a database of its own: run CREATE DATABASE asof there, and let DATABASE_URL end in /asof',
    { details: { database, schemas: taken } },
  );
}
