import { namesIn } from '../expressions/operands.ts';
import type { EventSourceDefinition, ReferenceTableDefinition } from '../registry/definition.ts';
import type { DefinitionVersions } from './definition-versions.ts';
import { type GraphDraft, nodeId } from './graph-draft.ts';

/** The column of a reference table that says since when a row holds. */
export const VALID_FROM = 'valid_from';

/**
 * Adds the event sources and reference tables with their fields, of all versions: a source changes from one record
 * to the next, and the rows of a table may come from events of several versions.
 */
export function addSources(draft: GraphDraft, versions: DefinitionVersions): void {
  for (const { definition } of versions.ofKind('event_source')) addSource(draft, definition);
  for (const { definition } of versions.ofKind('reference_table')) addReference(draft, definition);
}

function addSource(draft: GraphDraft, { name, topic, fields }: EventSourceDefinition): void {
  const source = draft.node('event_source', name, `topic ${topic}`);
  for (const field of fields)
    draft.edge(source, draft.node('event_field', `${name}.${field.name}`, field.type), 'part');
}

function addReference(draft: GraphDraft, { name, fields }: ReferenceTableDefinition): void {
  const table = draft.node('reference_table', name, null);
  for (const field of [...fields, { name: VALID_FROM, type: 'timestamp' }])
    draft.edge(table, draft.node('reference_field', `${name}.${field.name}`, field.type), 'part');
}

export function eventField(source: string, field: string): string {
  return nodeId('event_field', `${source}.${field}`);
}

export function referenceField(table: string, field: string): string {
  return nodeId('reference_field', `${table}.${field}`);
}

/** The fields that decide which events of a source there are, beside the event time. */
export function decidingFields({ where, deduplicate }: EventSourceDefinition) {
  return {
    filter: where === undefined ? [] : namesIn(where),
    duplicates: deduplicate === undefined ? [] : deduplicate.by,
  };
}

/** The fields by which the rows of a reference table are found. */
export function findingFields({ name, primaryKeys }: ReferenceTableDefinition): string[] {
  return [...primaryKeys, VALID_FROM].map((field) => referenceField(name, field));
}
