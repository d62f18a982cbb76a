import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { stackLayout } from '../../../stack/layout.ts';

/** Creates the folder for the demo's labels and training set; the files stay there after the demo. */
export async function workFolder(): Promise<string> {
  const folder = join(stackLayout().data, 'demo');
  await mkdir(folder, { recursive: true });
  return folder;
}
