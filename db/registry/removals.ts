import sql from 'sql-template-tag';
import { AsofError } from '../../domain/errors/asof-error.ts';
import type { Definition, DefinitionKind, DefinitionOf } from '../../domain/registry/definition.ts';
import type { Client, Queryable } from '../sql/client.ts';

/** What is removed: a definition, or a built training set by its id. */
export type RemovedKind = DefinitionKind | 'built_training_set';

/** A file that Asof made, with the bytes that it had. */
export interface MadeFile {
  /** Null: it was written before hosts were told apart. */
  readonly host: string | null;
  readonly path: string;
  /** SHA-256 of its bytes, in hex. A file with other bytes is not Asof's. */
  readonly sha256: string;
}

/** A removal that has begun. */
export interface BegunRemoval {
  readonly kind: RemovedKind;
  readonly name: string;
  /** The Kafka topics to delete. */
  readonly topics: readonly string[];
  readonly files: readonly MadeFile[];
}

/** Records that a removal begins. */
export async function beginRemoval(
  client: Client,
  { kind, name, topics, files }: BegunRemoval,
): Promise<void> {
  await client.query(sql`
    INSERT INTO asof.removals (kind, name, topics, files)
    VALUES (${kind}, ${name}, ${[...topics]}, ${JSON.stringify(files)})`);
}

/** The removals that have begun and not ended, in the order in which they began. */
export async function openRemovals(db: Queryable): Promise<BegunRemoval[]> {
  const { rows } = await db.query<BegunRemoval>(sql`
    SELECT kind, name, topics, files FROM asof.removals WHERE done_at IS NULL ORDER BY begun_at, kind, name`);
  return rows;
}

/** Records that nothing of what was removed is left. */
export async function endRemoval(
  db: Queryable,
  { kind, name }: Pick<BegunRemoval, 'kind' | 'name'>,
): Promise<void> {
  await db.query(sql`
    UPDATE asof.removals SET done_at = now() WHERE kind = ${kind} AND name = ${name} AND done_at IS NULL`);
}

/** Takes a definition out of the registry. Its versions stay for what was made from them, and the next one goes on from them. */
export async function unregister(
  client: Client,
  { kind, name }: { readonly kind: DefinitionKind; readonly name: string },
): Promise<void> {
  await client.query(sql`
    UPDATE asof.definitions SET removed_at = now() WHERE kind = ${kind} AND name = ${name} AND removed_at IS NULL`);
}

/** The last version of a definition, removed or not. Undefined: there was none. */
export async function lastVersion<Kind extends DefinitionKind>(
  db: Queryable,
  kind: Kind,
  name: string,
): Promise<DefinitionOf<Kind> | undefined> {
  const { rows } = await db.query<{ definition: Definition }>(sql`
    SELECT definition FROM asof.definitions WHERE kind = ${kind} AND name = ${name} ORDER BY version DESC LIMIT 1`);
  return rows[0]?.definition as DefinitionOf<Kind> | undefined;
}

/** Those of some definitions that were removed, and not applied again since. */
export async function removedAmong<Named extends { readonly kind: string; readonly name: string }>(
  db: Queryable,
  definitions: readonly Named[],
): Promise<Named[]> {
  const { rows } = await db.query<{ kind: string; name: string }>(sql`
    SELECT kind, name FROM asof.definitions GROUP BY kind, name HAVING bool_and(removed_at IS NOT NULL)`);
  return definitions.filter((one) => rows.some(({ kind, name }) => kind === one.kind && name === one.name));
}

/**
 * Checks that none of the definitions that something is built on was removed meanwhile.
 *
 * @throws AsofError `ASOF_DEFINITIONS_CHANGED` (conflict).
 */
export async function expectNotRemoved(
  db: Queryable,
  definitions: readonly { readonly kind: string; readonly name: string }[],
): Promise<void> {
  const removed = await removedAmong(db, definitions);
  if (removed.length === 0) return;
  const names = removed.map(({ kind, name }) => `${kind.replaceAll('_', ' ')} '${name}'`).join(', ');
  throw new AsofError(
    'ASOF_DEFINITIONS_CHANGED',
    `${names} was removed meanwhile; nothing was written, load the definitions again`,
    { details: { removed: removed.map(({ kind, name }) => ({ kind, name })) } },
  );
}
