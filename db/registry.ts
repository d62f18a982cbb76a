import { createHash } from 'node:crypto';
import sql from 'sql-template-tag';
import type { Definition, EventSourceDefinition, StreamTableDefinition } from '../domain/definition.ts';
import { AsofError } from '../domain/errors.ts';
import { streamEngine, type StreamEngine } from '../domain/micro-batch.ts';
import { compileStreamTable, type StreamTable } from '../domain/stream-table.ts';
import type { Client, Queryable } from './client.ts';
import { readFloors } from './retention-floors.ts';
import { readRevision, type SourceRevision } from './source-revisions.ts';

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

/** An engine, and the revision of its source's definitions that it was compiled from. */
export interface RegisteredEngine extends StreamEngine {
  readonly revision: SourceRevision;
}

/**
 * The engine of an event source and of every stream table on it, compiled from the registry.
 *
 * @throws AsofError `ASOF_SOURCE_UNKNOWN` when no such source was applied.
 */
export async function loadStreamEngine(db: Queryable, sourceName: string): Promise<RegisteredEngine> {
  await findSource(db, sourceName);
  // Read before the definitions and the floors, so that it is never newer than they are.
  const revision = await readRevision(db, sourceName);
  const definitions = await currentDefinitions(db);
  const source = sourceAmong(definitions, sourceName);
  const tables = definitions
    .filter((definition): definition is StreamTableDefinition => definition.kind === 'stream_table')
    .filter((table) => table.source === sourceName)
    .sort((a, b) => (a.name < b.name ? -1 : 1));
  const compiled = tables.map((table) => compileStreamTable(table, source));
  const floors = await readFloors(
    db,
    sourceName,
    tables.map(({ name }) => name),
  );
  return { ...streamEngine(source, compiled, floors), revision };
}

/**
 * A registered stream table, with the engine of its source.
 *
 * @throws AsofError `ASOF_TABLE_UNKNOWN` when no such table was applied.
 */
export async function loadTableEngine(
  db: Queryable,
  name: string,
): Promise<{ engine: RegisteredEngine; table: StreamTable }> {
  const { source } = definitionAmong(await currentDefinitions(db), 'stream_table', name);
  const engine = await loadStreamEngine(db, source);
  return { engine, table: engine.tables.find(({ definition }) => definition.name === name)! };
}

function sourceAmong(definitions: readonly Definition[], name: string): EventSourceDefinition {
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
