import { readVersion } from '../../../db/registry/definition-versions.ts';
import type { Pool } from '../../../db/sql/client.ts';
import { type StoredTrainingSet, findTrainingSet } from '../../../db/training/training-sets.ts';
import { AsofError } from '../../../domain/errors/asof-error.ts';
import { quoted } from '../../../domain/errors/quoted.ts';
import { splitColumn } from '../../../domain/registry/spine-definition.ts';
import { featureSpecification } from '../../../domain/training/feature-specification.ts';
import type { TrainedOn, TrainingPlan, TrainingTask } from '../../../schemas/workflows/train-model.ts';
import type { ModelDependencies } from '../model-dependencies.ts';
import { checkedRows, makeTrainingFolder } from '../training-folder.ts';
import { checkRows } from './check-rows.ts';
import { refuseInfinite } from './refuse-infinite.ts';
import { refuseUnknownNames, unfit } from './refuse-unfit.ts';
import { trainingTask } from './training-task.ts';

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
 * @throws AsofError `ASOF_TRAINING_SET_UNKNOWN`, `ASOF_TRAINING_SET_UNFIT`, `ASOF_TRAINING_SET_FILE_CHANGED`,
 * `ASOF_TRAINING_VALUE_INFINITE`.
 */
export async function prepareTraining(
  { pool, trainings }: Pick<ModelDependencies, 'pool' | 'trainings'>,
  { model }: TrainingPlan,
  trainingSetId: string,
  id: string,
): Promise<Prepared> {
  const stored = await storedTrainingSet(pool, trainingSetId);
  const { manifest } = stored;
  const { weight } = manifest;
  if (stored.name !== model.trainingSet)
    throw unfit(stored, model, `it is a set of '${stored.name}', and the model wants '${model.trainingSet}'`);
  const { version } = manifest.definitions.find(({ kind }) => kind === 'training_set')!;
  const definition = await readVersion(pool, 'training_set', stored.name, version);
  const { label } = definition.spine;
  const split = splitColumn(definition.spine);
  if (label === undefined) throw unfit(stored, model, 'it has no label, which a model learns');
  if (split === null)
    throw unfit(stored, model, 'it has no split that says which rows are train, val and test');
  const specification = featureSpecification(definition, manifest.schema);
  refuseUnknownNames(stored, model, specification);
  const folder = await makeTrainingFolder(trainings, id);
  const checked = checkedRows(trainings, id);
  const rowsSha256 = await checkRows(stored, checked);
  await refuseInfinite(checked, folder, specification);
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
    task: trainingTask(model, { id, rowsSha256, label, split, weight, specification, folder }),
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
