import { execFile } from 'node:child_process';
import { cpSync, readdirSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import type { Run } from './asof.ts';

const root = fileURLToPath(new URL('../../..', import.meta.url));

/** What is no part of the package, and not needed to make it. */
const LEFT_OUT = ['.git', 'node_modules', 'dist', 'data', 'test', 'docs', 'bench', 'examples'];

/**
 * Makes a copy of the clone in a folder, and returns its path. npm changes a manifest while it packs, and other tests
 * read the clone's.
 */
export function copyClone(folder: string): string {
  const clone = join(folder, 'clone');
  for (const name of readdirSync(root).filter((one) => !LEFT_OUT.includes(one)))
    cpSync(join(root, name), join(clone, name), { recursive: true });
  symlinkSync(join(root, 'node_modules'), join(clone, 'node_modules'));
  return clone;
}

/** Packs Asof as `npm pack` does in a clone, into a folder; returns the path of the package. */
export async function packAsof(clone: string, folder: string): Promise<string> {
  const packed = await runIn(clone, ['npm', 'pack', '--pack-destination', folder], process.env);
  if (packed.code !== 0) throw new Error(packed.stderr);
  return join(
    folder,
    readdirSync(folder).find((name) => name.endsWith('.tgz'))!,
  );
}

/** Runs a command in a folder to its end, as a user does: not below the npm that runs the tests. */
export async function runIn(
  folder: string,
  [command, ...args]: readonly string[],
  environment: NodeJS.ProcessEnv,
): Promise<Run> {
  const own = Object.entries(environment).filter(
    ([name]) => !/^(npm_|VITEST|NODE_ENV$|NODE_OPTIONS$)/i.test(name),
  );
  try {
    const options = { cwd: folder, env: Object.fromEntries(own), maxBuffer: 64 * 1024 * 1024 };
    return { code: 0, ...(await promisify(execFile)(command!, args, options)) };
  } catch (error) {
    const { code, stdout, stderr } = error as Run;
    return { code, stdout, stderr };
  }
}
