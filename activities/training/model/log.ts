import type { MlflowClient } from '../../../adapters/mlflow/client.ts';
import { logDataset } from '../../../adapters/mlflow/datasets.ts';
import { ensureExperiment } from '../../../adapters/mlflow/experiments.ts';
import {
  type LoggedModel,
  createLoggedModel,
  findLoggedModel,
  logModelParams,
  markReady,
} from '../../../adapters/mlflow/logged-models.ts';
import { createRun, findRun, finishRun, logBatch, logOutput } from '../../../adapters/mlflow/runs.ts';
import { loadRegistry } from '../../../db/registry/registry.ts';
import { oneAtATime } from '../../../db/sql/one-at-a-time.ts';
import { shortened } from '../../../domain/errors/shortened.ts';
import type { ModelDefinition } from '../../../domain/registry/definition.ts';
import type { Described } from '../../../domain/registry/described.ts';
import { estimatorName } from '../../../domain/registry/model-estimator.ts';
import { parseOrThrow } from '../../../schemas/values/parse.ts';
import {
  type LoggedRun,
  type TrainedModel,
  type TrainedOn,
  type TrainingIdentity,
  trainedModelSchema,
} from '../../../schemas/workflows/train-model.ts';
import type { ModelDependencies } from '../model-dependencies.ts';
import { evaluationFile, modelFolder } from '../training-folder.ts';
import { MOST_OF_A_DATASET_TAG, MOST_OF_A_DESCRIPTION, lineageTags, whoTags } from './lineage-tags.ts';
import { logEvaluation } from './log-evaluation.ts';
import { uploadFolder } from './upload-folder.ts';

/** What a training has produced when its model is to be logged. */
export interface Training {
  readonly identity: TrainingIdentity;
  readonly model: ModelDefinition;
  readonly trainedOn: TrainedOn;
  readonly trained: TrainedModel;
  /** Epoch ms. */
  readonly startedAt: number;
  readonly endedAt: number;
}

/** The tag by which a later attempt finds the run of a training. */
const IDENTITY_TAG = 'asof.workflow_run';
const MOST_OF_A_WARNING = 1_000;

/**
 * Logs a training as one run with its model. Safe to repeat: each step finds what an earlier attempt left.
 */
export async function logTraining(
  { pool, mlflow, trainings }: ModelDependencies,
  training: Training,
): Promise<LoggedRun> {
  const { identity, model, trainedOn, endedAt } = training;
  const trained = parseOrThrow(
    trainedModelSchema,
    training.trained,
    'ASOF_TRAINED_MODEL_INVALID',
    'what the activity that trained answered',
  );
  const experimentId = await ensureExperiment(mlflow, model.name);
  const { runId, logged } = await oneAtATime(pool, `mlflow run ${identity.id}`, () =>
    ensureRun(mlflow, experimentId, training),
  );
  await logModelParams(mlflow, logged.modelId, parametersOf(model));
  await logOutput(mlflow, runId, logged.modelId);
  const { name, sha256, path, rows, specification } = trainedOn;
  const said: Described = (await loadRegistry(pool)).find('training_set', name) ?? {};
  const tags = {
    'mlflow.data.context': 'training',
    ...lineageTags(trainedOn, MOST_OF_A_DATASET_TAG),
    ...whoTags(said, MOST_OF_A_DATASET_TAG),
    ...(said.description === undefined
      ? {}
      : { 'asof.description': shortened(said.description, MOST_OF_A_DESCRIPTION) }),
  };
  await logDataset(mlflow, runId, { name, sha256, path, rows, columns: specification.inputs, tags });
  const folder = modelFolder(trainings, identity.id, trained.attempt);
  const files = await uploadFolder(mlflow, { folder, files: trained.files }, { ...logged, runId });
  await markReady(mlflow, logged.modelId);
  const evaluation = evaluationFile(trainings, identity.id, trained.attempt);
  const evaluated = await logEvaluation(mlflow, runId, evaluation, trained.metrics);
  await logBatch(mlflow, runId, {
    params: parametersOf(model),
    metrics: Object.entries({ ...trained.metrics, ...rowCounts(trained) }).map(([key, value]) => ({
      key,
      value,
      timestamp: endedAt,
      modelId: logged.modelId,
    })),
    tags: { ...lineageTags(trainedOn), ...warningTags(trained), ...evaluated },
  });
  await finishRun(mlflow, runId, endedAt);
  const url = `${mlflow.uri}/#/experiments/${experimentId}/runs/${runId}`;
  return { runId, modelId: logged.modelId, url, files };
}

async function ensureRun(
  mlflow: MlflowClient,
  experimentId: string,
  { identity, model, trainedOn, startedAt }: Training,
): Promise<{ runId: string; logged: LoggedModel }> {
  const lineage = lineageTags(trainedOn);
  const tags = { [IDENTITY_TAG]: identity.id, 'asof.workflow': identity.workflowId, ...lineage };
  const runId =
    (await findRun(mlflow, experimentId, IDENTITY_TAG, identity.id)) ??
    (await createRun(mlflow, { experimentId, name: model.run, startedAt, tags }));
  const logged =
    (await findLoggedModel(mlflow, experimentId, runId)) ??
    (await createLoggedModel(mlflow, {
      experimentId,
      runId,
      name: model.name,
      tags: lineage,
    }));
  return { runId, logged };
}

function parametersOf(model: ModelDefinition): Record<string, string | number> {
  const { task = 'classification', estimator, parameters, nulls, maxCategories, earlyStopping } = model;
  const { classWeights } = model;
  const said = {
    task,
    estimator: estimatorName(estimator),
    ...parameters,
    ...(maxCategories !== undefined && { maxCategories }),
    ...(earlyStopping !== undefined && { earlyStopping }),
    ...(classWeights !== undefined && { classWeights: JSON.stringify(classWeights) }),
  };
  return {
    ...Object.fromEntries(Object.entries(said).map(([name, value]) => [snakeCase(name), paramOf(value)])),
    ...Object.fromEntries(Object.entries(nulls).map(([name, value]) => [`null.${name}`, value])),
  };
}

function snakeCase(name: string): string {
  return name.replaceAll(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);
}

function paramOf(value: string | number | boolean): string | number {
  return typeof value === 'boolean' ? String(value) : value;
}

/** The tag by which a list of runs shows which models may be of no use. */
function warningTags({ warnings = [] }: TrainedModel): Record<string, string> {
  return warnings.length === 0 ? {} : { 'asof.warning': shortened(warnings.join('; '), MOST_OF_A_WARNING) };
}

function rowCounts({ rows }: TrainedModel): Record<string, number> {
  return Object.fromEntries(Object.entries(rows).map(([split, count]) => [`${split}_rows`, count]));
}
