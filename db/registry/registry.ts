import { createHash } from 'node:crypto';
import sql from 'sql-template-tag';
import { AsofError } from '../../domain/errors/asof-error.ts';
import type { Definition, EventSourceDefinition } from '../../domain/registry/definition.ts';
import type { Client, Queryable } from '../sql/client.ts';

/** SHA-256 of a definition's JSON; the definition language writes keys in one fixed order. */
export function definitionHash(definition: Definition): string {
  return createHash('sha256').update(JSON.stringify(definition)).digest('hex');
}

/** Registers a definition as its next version. */
export async function register(client: Client, definition: Definition): Promise<void> {
  const { kind, name } = definition;
  await client.query(sql`
    INSERT INTO asof.definitions (kind, name, version, sha256, definition)
    SELECT ${kind}, ${name}, coalesce(max(version), 0) + 1, ${definitionHash(definition)}, ${JSON.stringify(definition)}
    FROM asof.definitions WHERE kind = ${kind} AND name = ${name}`);
}

/** A definition with its version in the registry. */
export interface Registered {
  readonly definition: Definition;
  readonly version: number;
  readonly sha256: string;
}

/** The current version of every registered definition; none where `apply` has never run. */
export async function currentVersions(db: Queryable): Promise<Registered[]> {
  const { rows: found } = await db.query<{ exists: boolean }>(
    "SELECT to_regclass('asof.definitions') IS NOT NULL AS exists",
  );
  if (!found[0]!.exists) return [];
  const { rows } = await db.query<Registered>(`
    SELECT DISTINCT ON (kind, name) definition, version, sha256
    FROM asof.definitions ORDER BY kind, name, version DESC`);
  return rows;
}

/** The current version of every registered definition, by itself. */
export async function currentDefinitions(db: Queryable): Promise<Definition[]> {
  return (await currentVersions(db)).map(({ definition }) => definition);
}

/**
 * The registered event source of that name.
 *
 * @throws AsofError `ASOF_SOURCE_UNKNOWN` when no such source was applied.
 */
export async function findSource(db: Queryable, name: string): Promise<EventSourceDefinition> {
  return sourceAmong(await currentDefinitions(db), name);
}

export function sourceAmong(definitions: readonly Definition[], name: string): EventSourceDefinition {
  const sources = definitions.filter((definition) => definition.kind === 'event_source');
  const source = sources.find((candidate) => candidate.name === name);
  if (source) return source;
  const known = sources.map((candidate) => `'${candidate.name}'`).join(', ') || 'none';
  throw new AsofError(
    'ASOF_SOURCE_UNKNOWN',
    `there is no event source '${name}'; known: ${known}. Check the name, or run: npx asof apply`,
    { details: { source: name } },
  );
}

type DefinitionOf<Kind extends Definition['kind']> = Extract<Definition, { kind: Kind }>;

/**
 * The definition of a kind and name among others.
 *
 * @throws AsofError `ASOF_TABLE_UNKNOWN` when there is none.
 */
export function definitionAmong<Kind extends Definition['kind']>(
  definitions: readonly Definition[],
  kind: Kind,
  name: string,
): DefinitionOf<Kind> {
  const found = definitions.filter((definition) => definition.kind === kind) as DefinitionOf<Kind>[];
  const definition = found.find((candidate) => candidate.name === name);
  if (definition) return definition;
  const known = found.map((candidate) => `'${candidate.name}'`).join(', ') || 'none';
  const what = kind.replace('_', ' ');
  throw new AsofError(
    'ASOF_TABLE_UNKNOWN',
    `there is no ${what} '${name}'; known: ${known}. Check the name, or run: npx asof apply`,
    { details: { kind, name } },
  );
}
