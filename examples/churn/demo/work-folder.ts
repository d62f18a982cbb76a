import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { stackLayout } from '../../../stack/layout.ts';

/** Where the demo on this stack leaves its files for a look afterwards: the labels and the training set. */
export async function workFolder(): Promise<string> {
  const folder = join(stackLayout().data, 'demo');
  await mkdir(folder, { recursive: true });
  return folder;
}
