import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { makeOwnFolder } from '../../adapters/files/own-folder.ts';
import { AsofError } from '../../domain/errors/asof-error.ts';
import { runIdOf } from './run-id.ts';

/**
 * The folder of a training, which hands the model from Python to MLflow.
 *
 * @param trainings the folder that has one for each training of this host.
 * @param id a run id of Temporal.
 * @throws AsofError `ASOF_INPUT_INVALID` for another id, which could lead elsewhere.
 */
export function trainingFolder(trainings: string, id: string): string {
  return join(trainings, runIdOf(id));
}

/** The checked rows of a training, which Python trains on. */
export function checkedRows(trainings: string, id: string): string {
  return join(trainingFolder(trainings, id), 'rows.parquet');
}

/** The folder of the model that an attempt of a training has made. */
export function modelFolder(trainings: string, id: string, attempt: number): string {
  return join(trainingFolder(trainings, id), `attempt-${Math.trunc(attempt)}`);
}

/** The curves and tables of a model, which an activity of a user's own need not write. */
export function evaluationFile(trainings: string, id: string, attempt: number): string {
  return join(modelFolder(trainings, id, attempt), 'evaluation.json');
}

/**
 * Makes the folder of a training, which only its owner can enter.
 *
 * @throws AsofError `ASOF_FOLDER_UNWRITABLE` if another user owns the place.
 */
export async function makeTrainingFolder(trainings: string, id: string): Promise<string> {
  const folder = trainingFolder(trainings, id);
  try {
    await makeOwnFolder(trainings);
    await makeOwnFolder(folder);
    return folder;
  } catch (cause) {
    throw new AsofError(
      'ASOF_FOLDER_UNWRITABLE',
      `cannot make the folder '${folder}': ${(cause as Error).message}. Set ASOF_CACHE to a folder of the worker's user`,
      { details: { folder }, cause },
    );
  }
}

export async function removeTrainingFolder(trainings: string, id: string): Promise<void> {
  await rm(trainingFolder(trainings, id), { recursive: true, force: true });
}
