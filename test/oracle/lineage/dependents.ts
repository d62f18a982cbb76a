import type { DependencyFacts } from '../../../domain/lineage/dependents.ts';
import type { Definition } from '../../../domain/registry/definition.ts';

/** Where no two definitions share a name: the names of those that depend on one of that name, found by the texts of their JSON. */
export function dependentNames(facts: DependencyFacts, name: string): Set<string> {
  const { definitions } = facts.registered;
  const names = new Set(definitions.map((one) => one.name));
  const named = (one: Definition): string[] =>
    textsIn(one).filter((text) => text !== one.name && names.has(text));
  const reads = new Map(definitions.map((one) => [one.name, new Set(named(one))]));
  closeOver(reads);
  for (const endpoint of definitions.filter(({ kind }) => kind === 'endpoint'))
    for (const online of definitions.filter((one) => one.kind === 'online_table'))
      if (reads.get(endpoint.name)!.has(online.table) || servedReads(facts, endpoint.name, online.table))
        reads.get(endpoint.name)!.add(online.name);
  closeOver(reads);
  return new Set([...reads].filter(([, read]) => read.has(name)).map(([reader]) => reader));
}

function servedReads({ served, models, sets }: DependencyFacts, endpoint: string, table: string): boolean {
  return served
    .filter((one) => one.endpoint === endpoint)
    .flatMap((one) => models.filter(({ name, version }) => name === one.model && version === one.version))
    .flatMap(({ trainingSetId }) => sets.filter(({ id }) => id === trainingSetId))
    .some(({ definitions }) => definitions.some((one) => one.name === table));
}

function closeOver(reads: ReadonlyMap<string, Set<string>>): void {
  for (let round = 0; round < reads.size; round += 1)
    for (const read of reads.values())
      for (const name of [...read]) for (const further of reads.get(name)!) read.add(further);
}

function textsIn(value: unknown): string[] {
  if (typeof value === 'string') return [value];
  if (typeof value !== 'object' || value === null) return [];
  return Object.values(value).flatMap(textsIn);
}
