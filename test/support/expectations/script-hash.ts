import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { trainingPython } from '../../../config/training.ts';

const script = fileURLToPath(new URL('../../../docs/reference/hash_training_set.py', import.meta.url));

/** The SHA-256 of a training set by the Python script of the docs, which reads the Parquet file alone. */
export async function scriptHash(path: string): Promise<string> {
  return (await promisify(execFile)(trainingPython(), [script, path])).stdout.trim();
}
