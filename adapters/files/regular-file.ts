import { constants } from 'node:fs';
import { type FileHandle, open } from 'node:fs/promises';

/**
 * Opens a file to read it. Follows no link, waits for no writer of a pipe, and opens nothing that is not a
 * regular file: a device or a pipe may never end.
 *
 * @param path a real path.
 */
export async function openRegularFile(path: string): Promise<FileHandle> {
  const file = await open(path, constants.O_RDONLY | constants.O_NONBLOCK | constants.O_NOFOLLOW);
  if ((await file.stat()).isFile()) return file;
  await file.close();
  throw Object.assign(new Error('it is not a regular file'), { code: 'EINVAL', syscall: 'open' });
}
