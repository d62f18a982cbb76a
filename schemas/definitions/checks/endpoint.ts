import type { EndpointDefinition, ModelDefinition } from '../../../domain/registry/definition.ts';
import { type Lookable, lookupProblems } from './lookup.ts';

/** What keeps an endpoint from being served. */
export function endpointProblems(
  { name, model, lookups }: EndpointDefinition,
  models: readonly ModelDefinition[],
  lookable: Lookable,
): string[] {
  const at = `endpoint '${name}'`;
  if (model !== null && !models.some((candidate) => candidate.name === model)) {
    return [`${at}: there is no model '${model}' among the definitions`];
  }
  return (lookups ?? []).flatMap((lookup) => lookupProblems(at, lookup, lookable));
}
