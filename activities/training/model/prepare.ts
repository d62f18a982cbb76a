import { readVersion } from '../../../db/registry/definition-versions.ts';
import type { Pool } from '../../../db/sql/client.ts';
import { type StoredTrainingSet, findTrainingSet } from '../../../db/training/training-sets.ts';
import { AsofError } from '../../../domain/errors/asof-error.ts';
import { quoted } from '../../../domain/errors/quoted.ts';
import type { ModelDefinition } from '../../../domain/registry/definition.ts';
import {
  type FeatureSpecification,
  featureSpecification,
} from '../../../domain/training/feature-specification.ts';
import type { TrainedOn, TrainingPlan, TrainingTask } from '../../../schemas/workflows/train-model.ts';
import type { ModelDependencies } from '../model-dependencies.ts';
import { checkedRows, makeTrainingFolder } from '../training-folder.ts';
import { checkRows } from './check-rows.ts';

/** What to train, and on what. */
export interface Prepared {
  readonly trainedOn: TrainedOn;
  readonly task: TrainingTask;
}

/**
 * Collects what the Python activity needs, from the manifest of the training set and from the definitions
 * that it was built by.
 *
 * @param id names the folder of the training, which hands the model from Python to MLflow.
 * @throws AsofError `ASOF_TRAINING_SET_UNKNOWN`, `ASOF_TRAINING_SET_UNFIT`, `ASOF_TRAINING_SET_FILE_CHANGED`.
 */
export async function prepareTraining(
  { pool, trainings }: Pick<ModelDependencies, 'pool' | 'trainings'>,
  { model }: TrainingPlan,
  trainingSetId: string,
  id: string,
): Promise<Prepared> {
  const stored = await storedTrainingSet(pool, trainingSetId);
  const { manifest } = stored;
  if (stored.name !== model.trainingSet)
    throw unfit(stored, model, `it is a set of '${stored.name}', and the model wants '${model.trainingSet}'`);
  const { version } = manifest.definitions.find(({ kind }) => kind === 'training_set')!;
  const definition = await readVersion(pool, 'training_set', stored.name, version);
  const { label, split } = definition.spine;
  if (split === null)
    throw unfit(stored, model, 'its spine has no split column that says which rows are train, val and test');
  const specification = featureSpecification(definition, manifest.schema);
  refuseUnknownNumbers(stored, model, specification);
  await makeTrainingFolder(trainings, id);
  const rowsSha256 = await checkRows(stored, checkedRows(trainings, id));
  const { path, rows, sha256 } = stored;
  const cut = manifest.knowledge.sequence;
  return {
    trainedOn: {
      id: trainingSetId,
      name: stored.name,
      path,
      rows,
      sha256,
      cut,
      definitions: manifest.definitions,
      specification,
    },
    task: {
      id,
      rowsSha256,
      label,
      split,
      inputs: inputsOf(specification, model),
      parameters: model.parameters,
      recency: model.recency,
      specification,
    },
  };
}

async function storedTrainingSet(pool: Pool, id: string): Promise<StoredTrainingSet> {
  const stored = await findTrainingSet(pool, id);
  if (stored) return stored;
  throw new AsofError(
    'ASOF_TRAINING_SET_UNKNOWN',
    `there is no training set ${quoted(id)}; give the id that buildTrainingSet answered with, or a spine to build one`,
    { details: { id } },
  );
}

function inputsOf({ inputs }: FeatureSpecification, { nulls }: ModelDefinition): TrainingTask['inputs'] {
  return inputs.map((input) => ({
    ...input,
    fill: input.type === 'string' ? null : (nulls[input.name] ?? 0),
  }));
}

function refuseUnknownNumbers(
  stored: StoredTrainingSet,
  model: ModelDefinition,
  { inputs }: FeatureSpecification,
): void {
  const numbers = inputs.filter(({ type }) => type !== 'string').map(({ name }) => name);
  const named = [...Object.keys(model.nulls), ...(model.recency === null ? [] : [model.recency])];
  const unknown = named.filter((name) => !numbers.includes(name));
  if (unknown.length === 0) return;
  const known = numbers.join(', ');
  throw unfit(
    stored,
    model,
    `nulls or recency name '${unknown.join("', '")}', which is none of its numbers: ${known}`,
  );
}

function unfit({ id }: StoredTrainingSet, { name }: ModelDefinition, reason: string): AsofError {
  return new AsofError(
    'ASOF_TRAINING_SET_UNFIT',
    `model '${name}' cannot be trained on training set ${id}: ${reason}`,
    { details: { model: name, trainingSet: id } },
  );
}
