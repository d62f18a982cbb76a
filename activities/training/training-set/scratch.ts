import { mkdir, rm, rmdir } from 'node:fs/promises';
import { join } from 'node:path';
import { AsofError, reasonOf } from '../../../domain/errors/asof-error.ts';
import { runIdOf } from '../run-id.ts';

/**
 * Runs `work` with a folder next to the file that it will make, on the same disk, so that a rename can
 * publish the file atomically. The folder is deleted afterwards in any case. The folders of earlier attempts
 * of the same `owner` are deleted before: an attempt that was taken for dead and still runs then fails, and
 * publishes nothing.
 *
 * @param owner names the folder: the run id of the workflow.
 * @throws AsofError `ASOF_FOLDER_UNWRITABLE`; `ASOF_INPUT_INVALID` for another owner, which could lead elsewhere.
 */
export async function withScratch<Result>(
  folder: string,
  owner: string,
  attempt: number,
  work: (scratch: string) => Promise<Result>,
): Promise<Result> {
  const ofOwner = join(folder, `.asof-build-${runIdOf(owner)}`);
  const scratch = join(ofOwner, String(attempt));
  await make(folder, ofOwner, scratch);
  try {
    return await work(scratch);
  } finally {
    await rm(scratch, { recursive: true, force: true });
    // Fails if another attempt has begun: the folder is gone, or not empty.
    await rmdir(ofOwner).catch(() => {});
  }
}

async function make(folder: string, ofOwner: string, scratch: string): Promise<void> {
  try {
    await rm(ofOwner, { recursive: true, force: true });
    await mkdir(ofOwner, { mode: 0o700 });
    await mkdir(scratch);
  } catch (error) {
    throw new AsofError(
      'ASOF_FOLDER_UNWRITABLE',
      `cannot write to the folder '${folder}': ${reasonOf(error)}. ` +
        'Make it on the machine that the worker runs on, or name another file with out',
      { details: { folder }, cause: error },
    );
  }
}
