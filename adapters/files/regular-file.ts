import { constants } from 'node:fs';
import { type FileHandle, open, readlink } from 'node:fs/promises';

/**
 * Opens a file to read it. Follows no link, waits for no writer of a pipe, and opens nothing that is not a
 * regular file: a device or a pipe may never end. Nor does it take a file that is elsewhere by now, since
 * somebody has put a link in the place of a parent folder, where the system tells (`/proc`).
 *
 * @param path a real path.
 */
export async function openRegularFile(path: string): Promise<FileHandle> {
  const file = await open(path, constants.O_RDONLY | constants.O_NONBLOCK | constants.O_NOFOLLOW);
  const isRegular = (await file.stat()).isFile();
  if (isRegular && (await isAt(file, path))) return file;
  await file.close();
  const reason = isRegular ? 'it was moved meanwhile' : 'it is not a regular file';
  throw Object.assign(new Error(reason), { code: 'EINVAL', syscall: 'open' });
}

async function isAt({ fd }: FileHandle, path: string): Promise<boolean> {
  const real = await readlink(`/proc/self/fd/${fd}`).catch(() => path);
  // A file that another has replaced since it was opened.
  return real === path || real === `${path} (deleted)`;
}
