import type { DefinitionSet } from '../../../domain/registry/definition-set.ts';
import type { EndpointDefinition } from '../../../domain/registry/definition.ts';
import { lookupProblems } from './lookup.ts';
import { requestTimeProblems } from './request-time.ts';
import { componentProblems } from './vector-components.ts';

/** The problems that prevent an endpoint from being served. */
export function endpointProblems(endpoint: EndpointDefinition, among: DefinitionSet): string[] {
  const { name, model, lookups } = endpoint;
  const at = `endpoint '${name}'`;
  if (model !== null && !among.find('model', model)) {
    return [`${at}: there is no model '${model}' among the definitions`];
  }
  const isComputing = endpoint.requestFeatures !== undefined; // otherwise nothing names components
  return [
    ...(lookups ?? []).flatMap((lookup) => lookupProblems(at, lookup, among)),
    ...(isComputing ? componentProblems(at, endpoint, [], among) : []),
    ...requestTimeProblems(at, endpoint, among),
  ];
}
