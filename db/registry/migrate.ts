import { readFile, readdir } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import sql from 'sql-template-tag';
import { type Client, type Pool, type Queryable, inTransaction } from '../sql/client.ts';
import { hasTable } from '../sql/has-table.ts';
import { type OnLockWait, lockPatiently } from '../sql/patient-lock.ts';
import { addNextColumn } from './added-columns.ts';
import { recordRelations, recordedRelations } from './made.ts';
import { expectOwnSchemas } from './own-schemas.ts';

export interface MigrateOptions {
  /** How many migrations to make, in order. Default: all. */
  readonly count?: number;
  /** Called if another process migrates the database, with who does. */
  readonly onWait?: OnLockWait;
}

/** The migrations that were recorded under another name, each with that name. */
const RENAMED = { '000009_source_revisions': '000008_source_revisions' };

const folder = fileURLToPath(new URL('../migrations', import.meta.url));

/**
 * Migrates the tables of Asof to the current version.
 *
 * First come the columns of relations that may have thousands of chunks, each in a transaction of its own: a
 * transaction locks every chunk of what it alters, and the server has few locks for all. The older version of
 * Asof does not notice them. All else is one transaction. So where it fails, the older version works on, and
 * the next call goes on. Several processes may migrate at once: each waits for the one before it, and finds
 * its work done.
 *
 * @throws AsofError `ASOF_DATABASE_TAKEN` if a schema that Asof would make is there already;
 * `ASOF_TOO_FEW_LOCKS` if the server has fewer locks than a relation has chunks.
 */
export async function migrate(pool: Pool, { count = Infinity, onWait }: MigrateOptions = {}): Promise<void> {
  const alone = <Result>(work: (client: Client) => Promise<Result>): Promise<Result> =>
    inTransaction(pool, async (client) => {
      await lockPatiently(client, 'asof.migrations', onWait);
      return work(client);
    });
  while (await alone(addNextColumn));
  await alone((client) => makePending(client, count));
}

async function makePending(client: Client, count: number): Promise<void> {
  const done = await readDone(client);
  const pending = (await migrationNames()).filter((name) => !done?.includes(name)).slice(0, count);
  if (pending.length === 0) return;
  await expectOwnSchemas(client, done);
  // An extension that a migration creates must not go into the schema of a user called asof: it would be
  // dropped with it, and every hypertable of the database with the extension.
  await client.query(sql`SET LOCAL search_path = public`);
  if (!done) await createMigrationsTable(client);
  const before = await recordedRelations(client);
  for (const name of pending) await run(client, name);
  await recordRelations(client, before);
}

/** Whether Asof has ever migrated the database. */
export function isMigrated(db: Queryable): Promise<boolean> {
  return hasTable(db, 'asof', 'migrations');
}

/**
 * The names of all migrations, in their order. A migration gets its number when work on it begins, so a later
 * merge may bring a smaller number than the last one that was made.
 */
export async function migrationNames(): Promise<string[]> {
  const files = await readdir(folder);
  return files
    .filter((file) => file.endsWith('.sql'))
    .map((file) => file.slice(0, -'.sql'.length))
    .sort();
}

/** The names of the migrations that were made, as they are today. Undefined before the first one. */
async function readDone(client: Client): Promise<string[] | undefined> {
  if (!(await isMigrated(client))) return undefined;
  for (const [before, after] of Object.entries(RENAMED))
    await client.query(sql`UPDATE asof.migrations SET name = ${after} WHERE name = ${before}`);
  const done = await client.query<{ name: string }>(sql`SELECT name FROM asof.migrations`);
  return done.rows.map(({ name }) => name);
}

async function createMigrationsTable(client: Client): Promise<void> {
  await client.query(sql`CREATE SCHEMA IF NOT EXISTS asof`);
  await client.query(sql`
    CREATE TABLE asof.migrations (id serial PRIMARY KEY, name varchar(255) NOT NULL, run_on timestamp NOT NULL)`);
}

async function run(client: Client, name: string): Promise<void> {
  await client.query(await readFile(`${folder}/${name}.sql`, 'utf8'));
  await client.query(sql`INSERT INTO asof.migrations (name, run_on) VALUES (${name}, now())`);
}
