import type { DefinitionSet } from '../../../domain/registry/definition-set.ts';
import type { BatchTableDefinition } from '../../../domain/registry/definition.ts';

/** The problems that prevent a batch table's query from running on its source and reference tables. */
export function batchTableProblems(table: BatchTableDefinition, among: DefinitionSet): string[] {
  const at = `batch table '${table.name}'`;
  const source = among.find('event_source', table.source);
  if (!source)
    return [
      `${at}: its event source '${table.source}' is not among the definitions; export it beside the table`,
    ];
  const unknownReferences = table.references
    .filter((reference) => !among.find('reference_table', reference))
    .map((reference) => `${at}: its reference table '${reference}' is not among the definitions`);
  const unfitKeys = table.primaryKeys
    .filter(
      (key) =>
        !source.fields.some(({ name, type, required }) => name === key && type === 'string' && required),
    )
    .map((key) => `${at}: primary key '${key}' must be a required string field of source '${source.name}'`);
  return [...unknownReferences, ...unfitKeys];
}
