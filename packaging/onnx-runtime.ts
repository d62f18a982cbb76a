import { cpSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { inDist } from './dist.ts';

const NAME = 'onnxruntime-node';

/** The runtimes of the platforms on which Asof runs. The two libraries of macOS are one file, twice. */
const RUNTIMES = [
  'linux/x64',
  'linux/arm64',
  'darwin/arm64/libonnxruntime.1.dylib',
  'darwin/arm64/onnxruntime_binding.node',
];

/**
 * Copies the runtime of ONNX models to where the package's code, and no other, resolves it; returns the packages
 * that it replaces and needs. As a dependency it would have its install script fetch CUDA from a server of its own,
 * and an installation would fail where that server cannot be reached.
 */
export function copyOnnxRuntime(): { replaces: string; needs: Record<string, string> } {
  const folder = dirname(createRequire(import.meta.url).resolve(`${NAME}/package.json`));
  const { dependencies } = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8')) as {
    dependencies: Record<string, string>;
  };
  const copies = ['package.json', 'README.md', 'dist', ...RUNTIMES.map((path) => `bin/napi-v6/${path}`)];
  for (const path of copies) {
    cpSync(join(folder, path), inDist(join('node_modules', NAME, path)), { recursive: true });
  }
  cpSync(join(import.meta.dirname, 'onnxruntime-LICENSE'), inDist(join('node_modules', NAME, 'LICENSE')));
  const common = 'onnxruntime-common';
  return { replaces: NAME, needs: { [common]: dependencies[common]! } };
}
