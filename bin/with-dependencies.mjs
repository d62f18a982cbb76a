// Usage: node bin/with-dependencies.mjs SCRIPT [ARG …]
// Installs the locked dependencies if they are missing or out of date, then runs SCRIPT with Node.
// Uses Node's built-ins alone, since on a fresh clone there is nothing else.
import { spawnSync } from 'node:child_process';
import { existsSync, statSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('..', import.meta.url));
const installed = `${root}node_modules/.package-lock.json`;
const locked = `${root}package-lock.json`;

// Ctrl-C reaches SCRIPT as well, which may have to clean up: it says when the end has come.
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
  // Standard output belongs to the script's result, so npm's goes to standard error.
  const failed = run('npm', ['ci', '--no-audit', '--no-fund'], ['ignore', 2, 2]);
  if (failed) process.exit(failed);
}

const [script, ...args] = process.argv.slice(2);
process.exit(run(process.execPath, [script, ...args], 'inherit'));
