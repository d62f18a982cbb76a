import { FEATURE_TABLE_KINDS, SOURCE_KINDS } from '../../../domain/registry/definition.ts';
import type { Described } from '../../../domain/registry/described.ts';
import type { TrainedOn } from '../../../schemas/workflows/train-model.ts';

/**
 * The lineage as tags on the run and on the registered version, for users who look only at MLflow.
 *
 * @param most the characters that a tag may have. Default: any number.
 */
export function lineageTags(
  { id, sha256, cut, definitions }: TrainedOn,
  most = Infinity,
): Record<string, string> {
  const ofKind = (kinds: readonly string[]): string =>
    listed(
      definitions.filter(({ kind }) => kinds.includes(kind)).map(({ name, version }) => `${name}@${version}`),
      most,
    );
  const sources = ofKind(SOURCE_KINDS);
  return {
    'asof.training_set': id,
    'asof.training_set_sha256': sha256,
    'asof.definition': ofKind(['training_set']),
    'asof.tables': ofKind(FEATURE_TABLE_KINDS),
    ...(sources === '' ? {} : { 'asof.sources': sources }),
    'asof.cut': cut,
  };
}

/** The fields of events and reference rows that a training set is made of, as a tag. None if there are none. */
export function fieldTags(fields: readonly string[]): Record<string, string> {
  return fields.length === 0 ? {} : { 'asof.fields': listed(fields, MOST_OF_A_VERSION_TAG) };
}

/**
 * Who and what, as tags. A description is not among them: where MLflow has a place of its own, it stands there.
 *
 * @param most the characters that a tag may have. Default: any number.
 */
export function whoTags({ owner, tags = [] }: Described, most = Infinity): Record<string, string> {
  return {
    ...(owner === undefined ? {} : { 'asof.owner': owner }),
    ...(tags.length === 0 ? {} : { 'asof.tags': listed(tags, most) }),
  };
}

/** All names, or the first ones and that there are more. A part of a name would be another name. */
function listed(names: readonly string[], most: number): string {
  const all = names.join(SEPARATOR);
  if (all.length <= most) return all;
  const first = (count: number) => [...names.slice(0, count), '…'].join(SEPARATOR);
  return first(names.findLastIndex((_, count) => first(count).length <= most));
}

const SEPARATOR = ', ';

/** MLflow stores 500 characters of a tag of a dataset, and thousands elsewhere. */
export const MOST_OF_A_DATASET_TAG = 500;

/** As {@link MOST_OF_A_DATASET_TAG}, with room for what says how much is left out. */
export const MOST_OF_A_DESCRIPTION = 450;

/** MLflow stores 5,000 characters of a tag of a version. */
const MOST_OF_A_VERSION_TAG = 5_000;
