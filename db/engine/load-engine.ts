import type { StreamTableDefinition } from '../../domain/registry/definition.ts';
import { type StreamEngine, streamEngine } from '../../domain/stream/micro-batch.ts';
import { type StreamTable, compileStreamTable } from '../../domain/windows/stream-table.ts';
import { type SourceRevision, readRevision } from '../commits/source-revisions.ts';
import { currentDefinitions, definitionAmong, findSource, sourceAmong } from '../registry/registry.ts';
import type { Queryable } from '../sql/client.ts';
import { readFloors } from './floors.ts';

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
