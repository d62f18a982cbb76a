import type { DefinitionSet } from '../../../domain/registry/definition-set.ts';
import type { OnlineTableDefinition } from '../../../domain/registry/definition.ts';

/** The problems that prevent an online table from being published. */
export function onlineTableProblems({ name, table }: OnlineTableDefinition, among: DefinitionSet): string[] {
  if (among.findFeatureTable(table)) return [];
  return [`online table '${name}': there is no feature table '${table}' among the definitions`];
}
