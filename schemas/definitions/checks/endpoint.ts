import type { DefinitionSet } from '../../../domain/registry/definition-set.ts';
import type { EndpointDefinition } from '../../../domain/registry/definition.ts';
import { lookupProblems } from './lookup.ts';

/** The problems that prevent an endpoint from being served. */
export function endpointProblems(
  { name, model, lookups }: EndpointDefinition,
  among: DefinitionSet,
): string[] {
  const at = `endpoint '${name}'`;
  if (model !== null && !among.find('model', model)) {
    return [`${at}: there is no model '${model}' among the definitions`];
  }
  return (lookups ?? []).flatMap((lookup) => lookupProblems(at, lookup, among));
}
