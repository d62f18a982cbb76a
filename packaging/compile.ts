import { execFile } from 'node:child_process';
import { createRequire } from 'node:module';
import { promisify } from 'node:util';
import { ROOT } from './dist.ts';

/** Makes JavaScript and declarations of all modules that the package's entries reach. */
export async function compile(): Promise<void> {
  const compiler = createRequire(import.meta.url).resolve('typescript/bin/tsc');
  await promisify(execFile)(process.execPath, [compiler, '--project', 'tsconfig.package.json'], {
    cwd: ROOT,
  });
}
