import { aliasesOf } from '../../adapters/mlflow/registry.ts';
import { readLineageFacts } from '../../db/lineage/lineage-facts.ts';
import { loadRegistry } from '../../db/registry/registry.ts';
import type { Queryable } from '../../db/sql/client.ts';
import {
  type DefinitionName,
  type DependencyFacts,
  type Dependents,
  type VersionAlias,
  dependentsOf,
} from '../../domain/lineage/dependents.ts';
import type { TrainedVersion } from '../../domain/lineage/facts.ts';
import type { Definition } from '../../domain/registry/definition.ts';
import { unknownDefinition } from '../../domain/registry/unknown-definition.ts';
import type { Connections } from '../shared/connections.ts';

/**
 * Finds what depends on a registered definition.
 *
 * @throws AsofError the code of an unknown definition of the kind, such as `ASOF_TABLE_UNKNOWN`.
 */
export function findDependents(facts: DependencyFacts, { kind, name }: DefinitionName): Dependents {
  const known: readonly Definition[] = facts.registered.ofKind(kind);
  if (known.some((one) => one.name === name)) return dependentsOf(facts, { kind, name });
  throw unknownDefinition(
    kind,
    name,
    known.map((one) => one.name),
  );
}

/**
 * Reads what dependents are found from: for many definitions, read it once. Asks MLflow for aliases where there are
 * model versions.
 *
 * @param db a transaction to read the database in. Default: none.
 * @throws AsofError `ASOF_MLFLOW_UNAVAILABLE` (unavailable), `ASOF_MLFLOW_REFUSED`.
 */
export async function readDependencies(connections: Connections, db?: Queryable): Promise<DependencyFacts> {
  const reader = db ?? (await connections.pool());
  const registered = await loadRegistry(reader);
  const { sets, models, served } = await readLineageFacts(reader);
  return { registered, sets, models, served, aliases: await readAliases(connections, models) };
}

/**
 * The aliases of models in MLflow, which is asked only if there are models.
 *
 * @throws AsofError `ASOF_MLFLOW_UNAVAILABLE` (unavailable), `ASOF_MLFLOW_REFUSED`.
 */
export async function readAliases(
  connections: Connections,
  models: readonly TrainedVersion[],
): Promise<VersionAlias[]> {
  const names = [...new Set(models.map(({ name }) => name))];
  return (await Promise.all(names.map((model) => aliasesOfModel(connections, model)))).flat();
}

async function aliasesOfModel(connections: Connections, model: string): Promise<VersionAlias[]> {
  return (await aliasesOf(connections.mlflow(), model)).map((one) => ({ model, ...one }));
}
