import { chmod, mkdir, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { AsofError } from '../../domain/errors/asof-error.ts';
import { quoted } from '../../domain/errors/quoted.ts';

const ID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;
const OWNER_ALONE = 0o700;

/**
 * The folder of a training, which hands the model from Python to MLflow.
 *
 * @param trainings the folder that has one for each training of this host.
 * @param id a run id of Temporal.
 * @throws AsofError `ASOF_INPUT_INVALID` for another id, which could lead elsewhere.
 */
export function trainingFolder(trainings: string, id: string): string {
  if (ID.test(id)) return join(trainings, id);
  throw new AsofError(
    'ASOF_INPUT_INVALID',
    `${quoted(id)} is not the id of a training; expected that of a run`,
  );
}

/** The folder of the model that an attempt of a training has made. */
export function modelFolder(trainings: string, id: string, attempt: number): string {
  return join(trainingFolder(trainings, id), `attempt-${Math.trunc(attempt)}`);
}

/**
 * Makes the folder of a training, which only its owner can enter.
 *
 * @throws AsofError `ASOF_FOLDER_UNWRITABLE` if another user owns the place.
 */
export async function makeTrainingFolder(trainings: string, id: string): Promise<string> {
  const folder = trainingFolder(trainings, id);
  try {
    await mkdir(trainings, { recursive: true, mode: OWNER_ALONE });
    // Fails unless this user owns it.
    if (((await stat(trainings)).mode & 0o777) !== OWNER_ALONE) await chmod(trainings, OWNER_ALONE);
    await mkdir(folder, { recursive: true, mode: OWNER_ALONE });
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
