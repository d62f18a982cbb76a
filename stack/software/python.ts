import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { run } from '../processes/run.ts';
import { leastToolVersions, versions } from '../versions.ts';
import { lockFingerprint, lockPath } from './locks/index.ts';
import type { Build, Software } from './software.ts';

/** The lock of the program that installs Python packages. */
export const uvLock = lockPath('uv.txt');
const pythonLock = lockPath('python.txt');

/** MLflow and the training packages in one environment. */
export const pythonSoftware: Software = {
  folder: `mlflow-${versions.mlflow}-${lockFingerprint(uvLock, pythonLock)}`,
  how: 'fetching MLflow and the training packages with uv',
  tools: [
    {
      command: 'python3',
      install: 'Install Python with venv (Debian: `apt-get install python3-venv`).',
      version: {
        args: ['-c', 'import ensurepip, platform, venv; print(platform.python_version())'],
        atLeast: leastToolVersions.python3,
      },
    },
  ],
  build: (build) => buildEnvironment(build, pythonLock, importsEverything),
};

/** Checks the installation, and leaves the byte code that makes the first start fast. */
const importsEverything =
  'import mlflow.server.fastapi_app, mlflow.sklearn, onnxruntime, skl2onnx, temporalio.worker, pyarrow.parquet';

/**
 * Builds an environment of the packages of a lock, and runs `check` in it, which also leaves the byte code of what
 * it imports. The environment is `--relocatable`, because its folder is renamed later.
 *
 * @throws AsofError `ASOF_STACK_INSTALL_FAILED` (unavailable), `ASOF_STACK_DOWNLOAD_CHANGED`.
 */
export async function buildEnvironment(
  { folder, log, signal, detail }: Build,
  lock: string,
  check: string,
): Promise<void> {
  const options = { cwd: folder, log, signal, detail, env: { PYTHONDONTWRITEBYTECODE: '' } };
  const uv = join(folder, 'bootstrap', 'bin', 'uv');
  await run('python3', ['-m', 'venv', 'bootstrap'], options);
  await run(join(folder, 'bootstrap', 'bin', 'pip'), ['install', ...locked(uvLock)], options);
  await run(uv, ['venv', '--relocatable', '--python', 'python3', 'venv'], options);
  await run(uv, ['pip', 'install', '--python', 'venv', ...locked(lock)], options);
  await run(pythonBinary(folder), ['-c', check], options);
  rmSync(join(folder, 'bootstrap'), { recursive: true });
}

export function pythonBinary(software: string): string {
  return join(software, 'venv', 'bin', 'python');
}

/** Only what the lock names by version and SHA-256, and built: building would fetch more. */
function locked(lock: string): string[] {
  return ['--require-hashes', '--only-binary', ':all:', '--requirement', lock];
}
