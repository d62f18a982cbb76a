import { hash } from 'node:crypto';
import { join } from 'node:path';
import { openRegularFile } from '../../../adapters/files/regular-file.ts';
import { artifactPath } from '../../../adapters/mlflow/artifact-path.ts';
import { uploadArtifact } from '../../../adapters/mlflow/artifacts.ts';
import type { MlflowClient } from '../../../adapters/mlflow/client.ts';
import type { LoggedModel } from '../../../adapters/mlflow/logged-models.ts';
import { AsofError } from '../../../domain/errors/asof-error.ts';
import type { FileHashes, TrainedModel } from '../../../schemas/workflows/train-model.ts';
import { reportProgress } from '../../shared/progress.ts';

/**
 * Uploads the files of a model to where MLflow's clients expect them. Replaces existing files.
 *
 * @returns the hash of each file as it was uploaded.
 * @throws AsofError `ASOF_ARTIFACT_PATH_INVALID`; `ASOF_MODEL_FOLDER_MISSING`; `ASOF_MODEL_FILE_CHANGED` for a
 * file that Python did not write so.
 */
export async function uploadFolder(
  mlflow: MlflowClient,
  { folder, files }: { readonly folder: string; readonly files: TrainedModel['files'] },
  model: LoggedModel & { readonly runId: string },
): Promise<FileHashes> {
  const hashes: Record<string, string> = {};
  for (const { path, bytes, sha256 } of files) {
    reportProgress({ uploading: path, bytes });
    const content = await read(folder, path);
    if (hash('sha256', content) !== sha256) throw changed(folder, path);
    const uploaded = path === 'MLmodel' ? withOrigin(content, model) : content;
    await uploadArtifact(mlflow, model.artifactUri, path, uploaded);
    hashes[path] = hash('sha256', uploaded);
  }
  return hashes;
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
  const place = join(folder, artifactPath(path));
  try {
    const file = await openRegularFile(place);
    return await file.readFile().finally(() => file.close());
  } catch (cause) {
    throw new AsofError(
      'ASOF_MODEL_FOLDER_MISSING',
      `the trained model is not on this machine: ${(cause as Error).message}. Train again`,
      { details: { folder, path }, cause },
    );
  }
}

function changed(folder: string, path: string): AsofError {
  return new AsofError(
    'ASOF_MODEL_FILE_CHANGED',
    `the file '${path}' of the trained model in '${folder}' is not as the training wrote it; nothing is registered. ` +
      'Find out who writes there, and train again',
    { details: { folder, path } },
  );
}
