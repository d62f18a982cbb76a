import { cpSync } from 'node:fs';
import { basename, join } from 'node:path';
import { ROOT, inDist } from './dist.ts';

/** Folders whose modules find files beside themselves: statements, scripts, locks, the training in Python. */
const FOLDERS = ['db/migrations', 'stack', 'training'];

/** Files and folders that go into the package as they are. */
const WHOLE = ['bin/asof.mjs', 'docker-compose.yml', 'templates'];

/** Copies what the code reads, and is not itself compiled. */
export function copyFiles(): void {
  for (const path of FOLDERS) copy(path, (name) => !name.endsWith('.ts') && name !== '__pycache__');
  for (const path of WHOLE) copy(path, () => true);
}

function copy(path: string, isWanted: (name: string) => boolean): void {
  cpSync(join(ROOT, path), inDist(path), { recursive: true, filter: (file) => isWanted(basename(file)) });
}
