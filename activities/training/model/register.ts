import {
  createVersion,
  ensureRegisteredModel,
  findVersionOfRun,
  versionUrl,
} from '../../../adapters/mlflow/registry.ts';
import { fieldsBehind } from '../../../db/lineage/fields-behind.ts';
import { loadRegistry } from '../../../db/registry/registry.ts';
import { removedAmong } from '../../../db/registry/removals.ts';
import { oneAtATime } from '../../../db/sql/one-at-a-time.ts';
import { recordModel } from '../../../db/training/models.ts';
import type { Described } from '../../../domain/registry/described.ts';
import type { LoggedRun, TrainedOn } from '../../../schemas/workflows/train-model.ts';
import type { ModelDependencies } from '../model-dependencies.ts';
import { removeTrainingFolder } from '../training-folder.ts';
import { fieldTags, lineageTags, whoTags } from './lineage-tags.ts';

/** A logged model that becomes the next version of `name`. */
export interface Registration {
  readonly name: string;
  readonly run: LoggedRun;
  readonly trainedOn: TrainedOn;
  /** Names the folder of the training, which is deleted once its model is registered. */
  readonly id: string;
}

export interface RegisteredModel {
  readonly version: number;
  /** The page of the version in MLflow. */
  readonly url: string;
}

/**
 * Registers the model of a run as one version, and links it to its training set. Safe to repeat.
 *
 * @throws AsofError `ASOF_DEFINITION_UNKNOWN` if the model's definition was removed meanwhile.
 */
export async function registerModel(
  { pool, mlflow, trainings }: ModelDependencies,
  { name, run: { runId, modelId, files }, trainedOn, id }: Registration,
): Promise<RegisteredModel> {
  const registry = await loadRegistry(pool);
  if ((await removedAmong(pool, [{ kind: 'model', name }])).length > 0) registry.model(name);
  const said: Described = registry.find('model', name) ?? {};
  const { description } = said;
  await ensureRegisteredModel(mlflow, name, { description, tags: whoTags(said) });
  const fields = await fieldsBehind(pool, trainedOn.id);
  const tags = { ...lineageTags(trainedOn), ...fieldTags(fields), ...whoTags(said) };
  const { version } = await oneAtATime(
    pool,
    `mlflow version of run ${runId}`,
    async () =>
      (await findVersionOfRun(mlflow, name, runId)) ??
      (await createVersion(mlflow, { model: name, modelId, runId, description, tags })),
  );
  await recordModel(pool, { name, version, runId, trainingSetId: trainedOn.id }, files);
  await removeTrainingFolder(trainings, id);
  return { version, url: versionUrl(mlflow, name, version) };
}
