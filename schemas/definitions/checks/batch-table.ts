import type { DefinitionSet } from '../../../domain/registry/definition-set.ts';
import type { BatchTableDefinition, EventSourceDefinition } from '../../../domain/registry/definition.ts';
import { parseDuration } from '../../../domain/time/duration.ts';

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
    .filter((key) => !source.fields.some(({ name, type }) => name === key && type === 'string'))
    .map((key) => `${at}: primary key '${key}' must be a string field of source '${source.name}'`);
  return [
    ...unknownReferences,
    ...unfitKeys,
    ...retentionProblems(table, source).map((problem) => `${at}: ${problem}`),
  ];
}

/** The raw events of a source must be retained for as long as a query reads them. */
function retentionProblems(
  { lookBack }: BatchTableDefinition,
  { name, allowedLateness, retention }: EventSourceDefinition,
): string[] {
  const keep = retention?.raw;
  if (keep === undefined) return [];
  if (lookBack === undefined)
    return [
      `source '${name}' keeps raw events for ${keep}, and the query reads all events before a logical time: it would go on with what is left of them. Keep raw events forever, or give the table a lookBack of less than ${keep}, over which its query reads events`,
    ];
  const needed = parseDuration(lookBack)! + parseDuration(allowedLateness)!;
  if (parseDuration(keep)! > needed) return [];
  return [
    `source '${name}' keeps raw events for ${keep}, which is not longer than the table's lookBack of ${lookBack} and the source's allowed lateness of ${allowedLateness} together; keep them longer`,
  ];
}
