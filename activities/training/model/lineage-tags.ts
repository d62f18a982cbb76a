import { FEATURE_TABLE_KINDS } from '../../../domain/registry/definition.ts';
import type { Described } from '../../../domain/registry/described.ts';
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

/** Who and what, as tags. A description is not among them: where MLflow has a place of its own, it stands there. */
export function whoTags({ owner, tags = [] }: Described): Record<string, string> {
  return {
    ...(owner === undefined ? {} : { 'asof.owner': owner }),
    ...(tags.length === 0 ? {} : { 'asof.tags': tags.join(', ').slice(0, MOST_OF_A_TAG) }),
  };
}

/** MLflow stores 500 characters of a tag of a dataset. */
const MOST_OF_A_TAG = 500;

/** As {@link MOST_OF_A_TAG}, with room for what says how much is left out. */
export const MOST_OF_A_DESCRIPTION = 450;
