import type { DefinitionSet } from '../../../domain/registry/definition-set.ts';
import type { TrainingSetDefinition } from '../../../domain/registry/definition.ts';
import { namedColumns } from '../../../domain/registry/spine-definition.ts';
import { lookupProblems } from './lookup.ts';
import { requestTimeProblems } from './request-time.ts';
import { componentProblems } from './vector-components.ts';

/** The problems that prevent a training set from being built. */
export function trainingSetProblems(set: TrainingSetDefinition, among: DefinitionSet): string[] {
  const at = `training set '${set.name}'`;
  return [
    ...set.lookups.flatMap((lookup) => lookupProblems(at, lookup, among)),
    ...componentProblems(at, set, namedColumns(set.spine), among),
    ...requestTimeProblems(at, set, among),
  ];
}
