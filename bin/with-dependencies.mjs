// Usage: node bin/with-dependencies.mjs SCRIPT [ARG …]
// Installs the locked dependencies if they are missing or out of date, then runs SCRIPT in this process.
// Imports only Node's built-ins: a fresh clone has no packages yet.
import { spawnSync } from 'node:child_process';
import { existsSync, statSync } from 'node:fs';
import { fileURLToPath, pathToFileURL } from 'node:url';

const root = fileURLToPath(new URL('..', import.meta.url));
const installed = `${root}node_modules/.package-lock.json`;
const locked = `${root}package-lock.json`;

if (!existsSync(installed) || statSync(installed).mtimeMs < statSync(locked).mtimeMs) {
  console.error('asof: installing npm packages (npm ci)');
  // Standard output carries only SCRIPT's result, so npm's output goes to standard error.
  const { status, error } = spawnSync('npm', ['ci', '--no-audit', '--no-fund'], {
    cwd: root,
    stdio: ['ignore', 2, 2],
    // An npm that does not know `allowScripts` runs its install script, which would fetch CUDA.
    env: { ...process.env, ONNXRUNTIME_NODE_INSTALL: 'skip' },
  });
  if (error) throw error;
  if (status !== 0) process.exit(status ?? 1);
}

// One process, so that a signal to it reaches SCRIPT, whatever the signal is.
process.chdir(root);
process.argv.splice(1, 2, `${root}${process.argv[2]}`);
await import(pathToFileURL(process.argv[1]));
