import type {
  BatchTableDefinition,
  EventSourceDefinition,
  ReferenceTableDefinition,
} from '../../domain/registry/definition.ts';
import { currentDefinitions, definitionAmong } from '../registry/registry.ts';
import type { Queryable } from '../sql/client.ts';

/** A batch table with the definitions of what its query reads. */
export interface Batch {
  readonly table: BatchTableDefinition;
  readonly source: EventSourceDefinition;
  readonly references: readonly ReferenceTableDefinition[];
}

/**
 * The registered batch table of that name, and what it reads.
 *
 * @throws AsofError `ASOF_TABLE_UNKNOWN` when no such table was applied.
 */
export async function loadBatch(db: Queryable, name: string): Promise<Batch> {
  const definitions = await currentDefinitions(db);
  const table = definitionAmong(definitions, 'batch_table', name);
  return {
    table,
    source: definitionAmong(definitions, 'event_source', table.source),
    references: table.references.map((reference) =>
      definitionAmong(definitions, 'reference_table', reference),
    ),
  };
}

/**
 * The registered reference table of that name.
 *
 * @throws AsofError `ASOF_TABLE_UNKNOWN` when no such table was applied.
 */
export async function findReferenceTable(db: Queryable, name: string): Promise<ReferenceTableDefinition> {
  return definitionAmong(await currentDefinitions(db), 'reference_table', name);
}
