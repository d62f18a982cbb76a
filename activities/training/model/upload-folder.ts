import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { uploadArtifact } from '../../../adapters/mlflow/artifacts.ts';
import type { MlflowClient } from '../../../adapters/mlflow/client.ts';
import type { LoggedModel } from '../../../adapters/mlflow/logged-models.ts';
import { AsofError } from '../../../domain/errors/asof-error.ts';
import type { TrainedModel } from '../../../schemas/workflows/train-model.ts';
import { reportProgress } from '../../shared/progress.ts';

/**
 * Uploads the files of a model to where MLflow's clients expect them. Replaces existing files.
 *
 * @throws AsofError `ASOF_MODEL_FOLDER_MISSING`.
 */
export async function uploadFolder(
  mlflow: MlflowClient,
  { folder, files }: Pick<TrainedModel, 'folder' | 'files'>,
  model: LoggedModel & { readonly runId: string },
): Promise<void> {
  for (const { path, bytes } of files) {
    reportProgress({ uploading: path, bytes });
    const content = await read(folder, path);
    const uploaded = path === 'MLmodel' ? withOrigin(content, model) : content;
    await uploadArtifact(mlflow, model.artifactUri, path, uploaded);
  }
}

/** Adds the origin to the description of the model, which Python wrote before the run existed. */
function withOrigin(
  content: Buffer,
  { modelId, artifactUri, runId }: LoggedModel & { readonly runId: string },
): Buffer {
  const lines = content
    .toString('utf8')
    .split('\n')
    .filter((line) => !/^(model_id|run_id|artifact_path):/.test(line));
  return Buffer.from(
    [`artifact_path: ${artifactUri}`, `model_id: ${modelId}`, `run_id: ${runId}`, ...lines].join('\n'),
  );
}

async function read(folder: string, path: string): Promise<Buffer> {
  try {
    return await readFile(join(folder, path));
  } catch (cause) {
    throw new AsofError(
      'ASOF_MODEL_FOLDER_MISSING',
      `the trained model is not on this machine: ${(cause as Error).message}. The training worker and the worker that logs have to share ${folder}`,
      { details: { folder, path }, cause },
    );
  }
}
