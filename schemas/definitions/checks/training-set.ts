import type { DefinitionSet } from '../../../domain/registry/definition-set.ts';
import type { TrainingSetDefinition } from '../../../domain/registry/definition.ts';
import { lookupProblems } from './lookup.ts';

/** The problems that prevent a training set from being built. */
export function trainingSetProblems(
  { name, lookups }: TrainingSetDefinition,
  among: DefinitionSet,
): string[] {
  return lookups.flatMap((lookup) => lookupProblems(`training set '${name}'`, lookup, among));
}
