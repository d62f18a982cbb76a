import sql from 'sql-template-tag';
import type { Client, Queryable } from '../sql/client.ts';
import { hasTable } from '../sql/has-table.ts';
import { RELATION_SCHEMAS } from './own-schemas.ts';

/** A kind of thing that Asof makes, beside its own schema `asof`. */
export type MadeKind = 'relation' | 'schedule' | 'topic';

/**
 * What is known of a thing. `intended`: its record was written before it was made, and nothing says that the
 * making came to an end. `unknown`: an older version of Asof made it or found it.
 */
export type MadeState = 'intended' | 'made' | 'unknown';

/** A thing that Asof made, or may have made. */
export interface MadeThing {
  readonly kind: MadeKind;
  /** As its server knows it, such as `features.user_activity_features`. */
  readonly name: string;
  readonly state: MadeState;
}

/** What Asof made, by kind and name. */
export async function readMade(db: Queryable): Promise<MadeThing[]> {
  const { rows } = await db.query<MadeThing>(
    sql`SELECT kind, name, state FROM asof.made ORDER BY kind, name`,
  );
  return rows;
}

/** Records that things are about to be made. What is recorded already keeps its record. */
export async function recordIntended(db: Queryable, kind: MadeKind, names: readonly string[]): Promise<void> {
  await db.query(sql`
    INSERT INTO asof.made (kind, name, state) SELECT ${kind}, name, 'intended' FROM unnest(${[...names]}::text[]) AS name
    ON CONFLICT (kind, name) DO NOTHING`);
}

/** Records that things were made. */
export async function recordMade(db: Queryable, kind: MadeKind, names: readonly string[]): Promise<void> {
  await db.query(sql`
    INSERT INTO asof.made (kind, name, state) SELECT ${kind}, name, 'made' FROM unnest(${[...names]}::text[]) AS name
    ON CONFLICT (kind, name) DO UPDATE SET state = 'made'`);
}

/** Removes the records of things that are gone, or that somebody else made. */
export async function forgetMade(db: Queryable, kind: MadeKind, names: readonly string[]): Promise<void> {
  await db.query(sql`DELETE FROM asof.made WHERE kind = ${kind} AND name = ANY(${[...names]})`);
}

/** Runs work that makes relations, and records in the same transaction which ones it made. */
export async function recordingRelations<Result>(
  client: Client,
  work: () => Promise<Result>,
): Promise<Result> {
  const before = await readRelations(client);
  const result = await work();
  await recordRelations(client, before);
  return result;
}

/**
 * The relations of Asof's schemas that need no record any more. Before there is a place for records, none:
 * whatever stands in schemas of an older version of Asof counts as its own.
 */
export async function recordedRelations(client: Client): Promise<string[]> {
  return (await hasRecords(client)) ? readRelations(client) : [];
}

/** Records the relations that are not among `before`. */
export async function recordRelations(client: Client, before: readonly string[]): Promise<void> {
  if (!(await hasRecords(client))) return;
  const after = await readRelations(client);
  await recordMade(
    client,
    'relation',
    after.filter((name) => !before.includes(name)),
  );
}

/** All tables and views of the schemas that Asof shares with nobody, as `schema.name`. */
export async function readRelations(db: Queryable): Promise<string[]> {
  const { rows } = await db.query<{ name: string }>(sql`
    SELECT nspname || '.' || relname AS name FROM pg_class JOIN pg_namespace n ON n.oid = relnamespace
    WHERE nspname = ANY(${RELATION_SCHEMAS}) AND relkind IN ('r', 'p', 'v', 'm', 'f') ORDER BY 1`);
  return rows.map(({ name }) => name);
}

function hasRecords(client: Client): Promise<boolean> {
  return hasTable(client, 'asof', 'made');
}
