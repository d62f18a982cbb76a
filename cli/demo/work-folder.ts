import { mkdir } from 'node:fs/promises';
import { homedir } from 'node:os';
import { join } from 'node:path';

/** Where the demo leaves its files for a look afterwards: the labels and the training set. */
export async function workFolder(): Promise<string> {
  const folder = join(process.env.ASOF_CACHE ?? join(homedir(), '.cache', 'asof'), 'demo');
  await mkdir(folder, { recursive: true });
  return folder;
}
