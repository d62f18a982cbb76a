import type { DefinitionSet } from '../../../domain/registry/definition-set.ts';
import type { ModelDefinition } from '../../../domain/registry/definition.ts';

/** The problems that prevent a model from being trained. */
export function modelProblems({ name, trainingSet }: ModelDefinition, among: DefinitionSet): string[] {
  if (among.find('training_set', trainingSet)) return [];
  return [`model '${name}': there is no training set '${trainingSet}' among the definitions`];
}
