import type { DefinitionSet } from '../../domain/registry/definition-set.ts';
import type {
  BatchTableDefinition,
  EventSourceDefinition,
  ReferenceTableDefinition,
} from '../../domain/registry/definition.ts';
import { loadRegistry } from '../registry/registry.ts';
import type { Queryable } from '../sql/client.ts';

/** A batch table, with the definitions of what its query reads. */
export interface Batch {
  readonly table: BatchTableDefinition;
  readonly source: EventSourceDefinition;
  readonly references: readonly ReferenceTableDefinition[];
}

/** A batch table, with what its query reads taken from a set of definitions. */
export function batchOf(table: BatchTableDefinition, among: DefinitionSet): Batch {
  return {
    table,
    source: among.source(table.source),
    references: table.references.map((reference) => among.referenceTable(reference)),
  };
}

/**
 * The registered batch table of that name, with what its query reads.
 *
 * @throws AsofError `ASOF_TABLE_UNKNOWN` when no such table was applied.
 */
export async function loadBatch(db: Queryable, name: string): Promise<Batch> {
  const registry = await loadRegistry(db);
  return batchOf(registry.batchTable(name), registry);
}
