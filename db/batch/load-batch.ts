import type { DefinitionSet } from '../../domain/registry/definition-set.ts';
import {
  type BatchTableDefinition,
  type EventSourceDefinition,
  type QueriedBatchTable,
  type ReferenceTableDefinition,
  type TiledBatchTable,
  isQueried,
  isTiled,
} from '../../domain/registry/definition.ts';
import { loadRegistry } from '../registry/registry.ts';
import type { Queryable } from '../sql/client.ts';

/** A batch table, with the definitions of what it is computed from. */
export interface Batch<Table extends BatchTableDefinition = BatchTableDefinition> {
  readonly table: Table;
  readonly source: EventSourceDefinition;
  readonly references: readonly ReferenceTableDefinition[];
}

export function isQueriedBatch(batch: Batch): batch is Batch<QueriedBatchTable> {
  return isQueried(batch.table);
}

export function isTiledBatch(batch: Batch): batch is Batch<TiledBatchTable> {
  return isTiled(batch.table);
}

/** A batch table, with what it is computed from taken from a set of definitions. */
export function batchOf(table: BatchTableDefinition, among: DefinitionSet): Batch {
  return {
    table,
    source: among.source(table.source),
    references: table.references.map((reference) => among.referenceTable(reference)),
  };
}

/** The batch tables of a set of definitions, each with what it is computed from. */
export function batchesOf(among: DefinitionSet): Batch[] {
  return among.ofKind('batch_table').map((table) => batchOf(table, among));
}

/**
 * The registered batch table of that name, with what it is computed from.
 *
 * @throws AsofError `ASOF_TABLE_UNKNOWN` when no such table was applied.
 */
export async function loadBatch(db: Queryable, name: string): Promise<Batch> {
  const registry = await loadRegistry(db);
  return batchOf(registry.batchTable(name), registry);
}
