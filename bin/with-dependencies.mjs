// Usage: node bin/with-dependencies.mjs SCRIPT [ARG …]
// Installs the locked dependencies if they are missing or out of date, then runs SCRIPT with Node.
// Imports only Node's built-ins: a fresh clone has no packages yet.
import { spawnSync } from 'node:child_process';
import { existsSync, statSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('..', import.meta.url));
const installed = `${root}node_modules/.package-lock.json`;
const locked = `${root}package-lock.json`;

// SCRIPT receives Ctrl-C too and may have to clean up, so this process waits for SCRIPT to exit.
const wait = () => {};
process.on('SIGINT', wait);

const run = (command, args, stdio) => {
  const { status, signal, error } = spawnSync(command, args, { cwd: root, stdio });
  if (error) throw error;
  if (signal) process.off('SIGINT', wait).kill(process.pid, signal);
  return status ?? 1;
};

if (!existsSync(installed) || statSync(installed).mtimeMs < statSync(locked).mtimeMs) {
  console.error('asof: installing npm packages (npm ci)');
  // Standard output carries only SCRIPT's result, so npm's output goes to standard error.
  const failed = run('npm', ['ci', '--no-audit', '--no-fund'], ['ignore', 2, 2]);
  if (failed) process.exit(failed);
}

const [script, ...args] = process.argv.slice(2);
process.exit(run(process.execPath, [script, ...args], 'inherit'));
