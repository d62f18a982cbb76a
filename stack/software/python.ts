import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { run } from '../processes/run.ts';
import { leastToolVersions, versions } from '../versions.ts';
import { lockFingerprint, lockPath } from './locks/index.ts';
import type { Software } from './software.ts';

const LOCKS = ['uv.txt', 'python.txt'] as const;

/**
 * MLflow and the training packages in one environment. It is `--relocatable`, because its folder is renamed
 * later.
 */
export const pythonSoftware: Software = {
  folder: `mlflow-${versions.mlflow}-${lockFingerprint(...LOCKS.map((lock) => lockPath(lock)))}`,
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
  build: async ({ folder, log, signal, detail }) => {
    const options = { cwd: folder, log, signal, detail, env: { PYTHONDONTWRITEBYTECODE: '' } };
    const uv = join(folder, 'bootstrap', 'bin', 'uv');
    await run('python3', ['-m', 'venv', 'bootstrap'], options);
    await run(join(folder, 'bootstrap', 'bin', 'pip'), ['install', ...locked('uv.txt')], options);
    await run(uv, ['venv', '--relocatable', '--python', 'python3', 'venv'], options);
    await run(uv, ['pip', 'install', '--python', 'venv', ...locked('python.txt')], options);
    await run(pythonBinary(folder), ['-c', importsEverything], options);
    rmSync(join(folder, 'bootstrap'), { recursive: true });
  },
};

/** Checks the installation, and leaves the byte code that makes the first start fast. */
const importsEverything =
  'import mlflow.server.fastapi_app, mlflow.sklearn, onnxruntime, skl2onnx, temporalio.worker, pyarrow.parquet';

export function pythonBinary(software: string): string {
  return join(software, 'venv', 'bin', 'python');
}

/** Only what the lock names by version and SHA-256, and built: building would fetch more. */
function locked(lock: (typeof LOCKS)[number]): string[] {
  return ['--require-hashes', '--only-binary', ':all:', '--requirement', lockPath(lock)];
}
