import { FEATURE_TABLE_KINDS } from '../../../domain/registry/definition.ts';
import type { TrainedOn } from '../../../schemas/workflows/train-model.ts';

/** The lineage as tags on the run and on the registered version, for users who look only at MLflow. */
export function lineageTags({ id, sha256, cut, definitions }: TrainedOn): Record<string, string> {
  const tables = definitions.filter(({ kind }) => FEATURE_TABLE_KINDS.some((table) => table === kind));
  return {
    'asof.training_set': id,
    'asof.training_set_sha256': sha256,
    'asof.tables': tables.map(({ name, version }) => `${name}@${version}`).join(', '),
    'asof.cut': cut,
  };
}
