import type { Definition } from '../../domain/registry/definition.ts';
import type { DefinitionSet } from '../../schemas/definitions/definition-set.ts';
import { ensureBatchTable, ensureReferenceTable } from '../batch/batch-layout.ts';
import { ensureRawEvents } from '../log/raw-event-relation.ts';
import type { Client } from '../sql/client.ts';
import { ensureStreamTable } from '../tables/layout.ts';

/** Makes what a definition needs in the offline store; safe where it is there. `wanted` holds what it is defined on. */
export async function makeRelations(
  client: Client,
  definition: Definition,
  wanted: DefinitionSet,
): Promise<void> {
  const sourceOf = (name: string) => wanted.sources.find((source) => source.name === name)!;
  switch (definition.kind) {
    case 'event_source':
      return ensureRawEvents(client, definition);
    case 'stream_table':
      return ensureStreamTable(client, definition, sourceOf(definition.source));
    case 'reference_table':
      return ensureReferenceTable(client, definition);
    case 'batch_table': {
      const references = wanted.referenceTables.filter(({ name }) => definition.references.includes(name));
      return ensureBatchTable(client, { table: definition, source: sourceOf(definition.source), references });
    }
    case 'training_set':
    case 'model':
    case 'online_table':
    case 'endpoint':
      return;
  }
}
