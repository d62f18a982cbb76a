import type { StoredTrainingSet } from '../../../db/training/training-sets.ts';
import { AsofError } from '../../../domain/errors/asof-error.ts';
import type { ModelDefinition } from '../../../domain/registry/definition.ts';
import type { FeatureSpecification } from '../../../domain/training/feature-specification.ts';

/**
 * Refuses a model that names what the training set does not have.
 *
 * @throws AsofError `ASOF_TRAINING_SET_UNFIT`.
 */
export function refuseUnknownNames(
  stored: StoredTrainingSet,
  model: ModelDefinition,
  { inputs }: FeatureSpecification,
): void {
  const names = (isText: boolean) =>
    inputs.filter(({ type }) => (type === 'string') === isText).map(({ name }) => name);
  const { nulls, recency, categories = {}, group } = model;
  const columns = stored.manifest.spine.columns;
  const named: [option: string, names: string[], known: readonly string[], what: string][] = [
    ['nulls or recency name', [...Object.keys(nulls), ...listed(recency)], names(false), 'its numbers'],
    ['categories name', Object.keys(categories), names(true), 'its texts'],
    ['group names', listed(group), columns, "its spine's columns"],
  ];
  for (const [option, wanted, known, what] of named) {
    const unknown = wanted.filter((name) => !known.includes(name));
    if (unknown.length === 0) continue;
    const reason = `${option} '${unknown.join("', '")}', which is none of ${what}: ${known.join(', ')}`;
    throw unfit(stored, model, reason);
  }
}

function listed(name: string | null | undefined): string[] {
  return name === null || name === undefined ? [] : [name];
}

export function unfit({ id }: StoredTrainingSet, { name }: ModelDefinition, reason: string): AsofError {
  return new AsofError(
    'ASOF_TRAINING_SET_UNFIT',
    `model '${name}' cannot be trained on training set ${id}: ${reason}`,
    { details: { model: name, trainingSet: id } },
  );
}
