import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { trainingPython } from '../../../../../config/training.ts';

const folder = fileURLToPath(new URL('.', import.meta.url));

/** Runs a Python script of this folder with the stack's Python; resolves to its standard output. */
export async function python(script: string, args: readonly string[], env = process.env): Promise<string> {
  const options = { env, maxBuffer: 64 * 1024 * 1024 };
  return (await promisify(execFile)(trainingPython(), [join(folder, script), ...args], options)).stdout;
}
