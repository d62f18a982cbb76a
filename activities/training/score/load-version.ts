import type { MlflowClient } from '../../../adapters/mlflow/client.ts';
import { downloadModel } from '../../../adapters/mlflow/download-model.ts';
import { OnnxModel } from '../../../adapters/onnx/onnx-model.ts';
import type { Pool, Queryable } from '../../../db/sql/client.ts';
import { type TrainingSetPlan, loadTrainingSetVersion } from '../../../db/training/load-training-set.ts';
import { findModel, findModelFiles } from '../../../db/training/models.ts';
import { findTrainingSet } from '../../../db/training/training-sets.ts';
import { AsofError } from '../../../domain/errors/asof-error.ts';
import type { ModelOutput } from '../../../domain/training/model-output.ts';

/** A model version that is ready to score. */
export interface ScoringModel {
  readonly onnx: OnnxModel;
  /** Undefined for a classifier of 0 and 1. */
  readonly output: ModelOutput | undefined;
  /** The id of the training set that it was trained on. */
  readonly trainingSet: string;
  /** Plans what the version looks up: by the definitions that it was trained by, for a spine without a label. */
  readonly load: (db: Queryable) => Promise<TrainingSetPlan>;
}

/**
 * Loads a model version: its files from MLflow, which must be those that were logged, and what it was trained by
 * from the registry.
 *
 * @throws AsofError `ASOF_MODEL_UNKNOWN`, `ASOF_MODEL_NOT_SERVABLE`, `ASOF_MODEL_CHANGED`;
 * `ASOF_TRAINING_SET_UNKNOWN` if a reset deleted the training set.
 */
export async function loadVersion(
  { pool, mlflow }: { readonly pool: Pool; readonly mlflow: MlflowClient },
  name: string,
  version: number,
): Promise<ScoringModel> {
  const found = await findModel(pool, name, version);
  const stored = found && (await findTrainingSet(pool, found.trainingSetId));
  if (!stored)
    throw new AsofError(
      'ASOF_TRAINING_SET_UNKNOWN',
      `the training set of model version ${name}/${version} is not registered any more, so nothing says what to look up; train again`,
      { details: { model: name, version } },
    );
  const { onnx, featureSpec } = await downloadModel(mlflow, name, version, () =>
    findModelFiles(pool, name, version),
  );
  return {
    onnx: await OnnxModel.load(onnx, featureSpec, `${name}/${version}`),
    output: featureSpec.output,
    trainingSet: stored.id,
    load: async (db) => {
      const plan = await loadTrainingSetVersion(db, stored.manifest.definitions);
      const { keys, timestamp, refuseMissing } = plan.definition.spine;
      const spine = { keys, timestamp, split: null, refuseMissing };
      return { ...plan, definition: { ...plan.definition, spine } };
    },
  };
}
