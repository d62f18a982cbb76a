import type { WriterSchemas } from '../../domain/log/formats/writer-schemas.ts';
import type { Registry } from '../../domain/registry/registry.ts';
import { type StreamEngine, streamEngine } from '../../domain/stream/micro-batch.ts';
import { type CompiledStreamTable, compileStreamTable } from '../../domain/windows/stream-table.ts';
import type { SourceRevision } from '../commits/source-revisions.ts';
import { stillWaiting, waitingTables } from '../log/gaps/waiting-tables.ts';
import { loadRegistry } from '../registry/registry.ts';
import type { Queryable } from '../sql/client.ts';
import { readFloors } from './floors.ts';
import { collectRowsEarly } from './row-garbage.ts';

/** An engine, and the revision of the definitions from which it was compiled. */
export interface RegisteredEngine extends StreamEngine {
  readonly revision: SourceRevision;
}

/** A stream table, and the engine of its source. */
export interface TableEngine {
  readonly engine: RegisteredEngine;
  readonly table: CompiledStreamTable;
}

/**
 * The engine of an event source and all its stream tables, compiled from the registry. Tables that wait for fields
 * have not joined it yet.
 *
 * @param schemas those with which the source's records were written, where the engine decodes records.
 *
 * @throws AsofError `ASOF_SOURCE_UNKNOWN` when no such source was applied.
 */
export async function loadStreamEngine(
  db: Queryable,
  sourceName: string,
  schemas?: WriterSchemas,
): Promise<RegisteredEngine> {
  return compileEngine(db, await loadRegistry(db), sourceName, schemas);
}

/**
 * A registered stream table, with the engine of its source.
 *
 * @throws AsofError `ASOF_TABLE_UNKNOWN` when no such table was applied; `ASOF_TABLE_NOT_FILLED` when it waits for
 * fields.
 */
export async function loadTableEngine(db: Queryable, name: string): Promise<TableEngine> {
  const registry = await loadRegistry(db);
  const { source } = registry.streamTable(name);
  const engine = await compileEngine(db, registry, source);
  const table = engine.tables.find(({ definition }) => definition.name === name);
  if (!table) throw stillWaiting({ table: name, source });
  return { engine, table };
}

async function compileEngine(
  db: Queryable,
  registry: Registry,
  sourceName: string,
  schemas?: WriterSchemas,
): Promise<RegisteredEngine> {
  const source = registry.source(sourceName);
  // They are read after the revision, as the floors are.
  const waiting = await waitingTables(db, sourceName);
  const tables = registry
    .ofKind('stream_table')
    .filter((table) => table.source === sourceName && !waiting.has(table.name));
  const compiled = tables.map((table) => compileStreamTable(table, source));
  compiled.forEach(collectRowsEarly);
  // Floors are read after the revision, so that the revision is never newer than the floors.
  const floors = await readFloors(
    db,
    sourceName,
    tables.map(({ name }) => name),
  );
  return { ...streamEngine(source, compiled, floors, schemas), revision: registry.revisionOf(sourceName) };
}
