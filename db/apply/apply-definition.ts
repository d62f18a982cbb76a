import type { DefinitionSet } from '../../domain/registry/definition-set.ts';
import type { Definition, DefinitionKind, DefinitionOf } from '../../domain/registry/definition.ts';
import { ensureBatchTable, ensureReferenceTable } from '../batch/batch-relations.ts';
import { batchOf } from '../batch/load-batch.ts';
import { beginSchedule } from '../batch/schedules.ts';
import { recordFieldChanges } from '../log/gaps/field-gaps.ts';
import { ensureRawEvents } from '../log/raw-event-relation.ts';
import { loadRegistry, redescribe, register } from '../registry/registry.ts';
import type { Client } from '../sql/client.ts';
import { ensureFeatureRows } from '../tables/feature-table-relations.ts';
import { requestFill } from '../tables/fills.ts';
import { ensureStreamTable } from '../tables/stream-table-relations.ts';

/** What the definitions of a kind need in the offline store. */
interface KindInStore<D extends Definition> {
  /** The source whose revision a change of the definition raises. Null: none. */
  metBy(definition: D): string | null;
  /** Makes the relations of the definition, or alters them to fit it. */
  ensure(client: Client, definition: D, among: DefinitionSet): Promise<void>;
  /** What a new definition needs beside its relations. */
  begin(client: Client, definition: D): Promise<void>;
  /** Records what a change means for what is stored. Omitted: nothing. */
  change?(client: Client, before: D, after: D): Promise<void>;
}

const nothing = async (): Promise<void> => {};
const withoutRelations = { metBy: () => null, ensure: nothing, begin: nothing };

const kindsInStore: { readonly [Kind in DefinitionKind]: KindInStore<DefinitionOf<Kind>> } = {
  event_source: {
    metBy: ({ name }) => name,
    ensure: ensureRawEvents,
    begin: nothing,
    change: recordFieldChanges,
  },
  stream_table: {
    metBy: ({ source }) => source,
    ensure: (client, table, among) => ensureStreamTable(client, table, among.source(table.source)),
    begin: requestFill,
  },
  reference_table: { metBy: () => null, ensure: ensureReferenceTable, begin: nothing },
  batch_table: {
    metBy: () => null,
    ensure: (client, table, among) => ensureBatchTable(client, batchOf(table, among)),
    begin: beginSchedule,
  },
  external_table: {
    metBy: () => null,
    ensure: (client, table) => ensureFeatureRows(client, table, undefined),
    begin: nothing,
  },
  online_table: withoutRelations,
  training_set: withoutRelations,
  model: withoutRelations,
  endpoint: withoutRelations,
};

function inStore({ kind }: Definition): KindInStore<Definition> {
  return kindsInStore[kind];
}

/** The sources whose revisions must be raised before any of the definitions changes. */
export function sourcesMeeting(definitions: readonly Definition[]): string[] {
  return definitions.flatMap((definition) => inStore(definition).metBy(definition) ?? []);
}

/**
 * Makes what a definition needs in the offline store, and registers it as its next version; where only what people say of
 * it changes, as its current one.
 *
 * @param wanted the definitions that it builds on.
 * @throws AsofError `ASOF_BATCH_QUERY_INVALID` when the query of a batch table cannot be used.
 */
export async function applyDefinition(
  client: Client,
  definition: Definition,
  action: 'create' | 'change' | 'describe',
  wanted: DefinitionSet,
): Promise<void> {
  if (action === 'describe') return redescribe(client, definition);
  const kind = inStore(definition);
  await kind.ensure(client, definition, wanted);
  if (action === 'create') await kind.begin(client, definition);
  else if (kind.change) {
    const before = (await loadRegistry(client)).find(definition.kind, definition.name)!;
    await kind.change(client, before, definition);
  }
  await register(client, definition);
}
