import { constants } from 'node:fs';
import { mkdir, open } from 'node:fs/promises';

const OWNER_ALONE = 0o700;

/**
 * Makes a folder that only its owner can enter. Takes one that is there if it belongs to the user of this
 * process, and closes it to others; never a link or another user's folder, which somebody may have put
 * there to be trusted.
 *
 * @throws Error of the file system, or with the reason why the folder is not taken.
 */
export async function makeOwnFolder(path: string): Promise<void> {
  await mkdir(path, { recursive: true, mode: OWNER_ALONE });
  const folder = await open(path, constants.O_RDONLY | constants.O_DIRECTORY | constants.O_NOFOLLOW);
  try {
    const { uid, mode } = await folder.stat();
    if (uid !== process.getuid?.()) throw new Error(`it belongs to another user, whose id is ${uid}`);
    if ((mode & 0o777) !== OWNER_ALONE) await folder.chmod(OWNER_ALONE);
  } finally {
    await folder.close();
  }
}
