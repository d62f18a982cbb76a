import type { GivenSpineRow } from '../../client/training/spine/spine-source.ts';
import { trainingSetLookups } from '../../db/training/load-training-set.ts';
import type { TrainingSetWay } from '../../domain/training/manifest.ts';
import type { SimulatedDeployment } from '../deployment.ts';
import { simulatedTable } from '../shared/simulated-tables.ts';
import { type SimulatedTrainingSet, joinedSet } from './simulated-set.ts';

interface SetOptions {
  readonly spine: string | Iterable<GivenSpineRow>;
  readonly way: TrainingSetWay;
}

/** Builds a training set of a deployment, as of now. */
export async function buildSimulatedSet(
  deployment: SimulatedDeployment,
  name: string,
  { spine, way }: SetOptions,
): Promise<SimulatedTrainingSet> {
  const { definitions, writes, online } = deployment;
  const plan = trainingSetLookups(definitions, definitions.trainingSet(name));
  const tables = new Map(
    plan.lookups.map(({ table }) => [table, simulatedTable(deployment, table)] as const),
  );
  return joinedSet({
    plan,
    spine,
    way,
    writes,
    table(table) {
      const { definition, rows } = tables.get(table)!;
      const features = definition.features.map((feature) => feature.name);
      return { rows, features, syncs: online.get(table)?.syncs ?? [] };
    },
  });
}
