import { readFileSync, readlinkSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { AsofError } from '../../../domain/errors/asof-error.ts';
import { processTable } from '../../processes/table.ts';

const LAST_GASP_MS = 10_000;

/**
 * Removes `postmaster.pid` after a crash. Another process may have its pid by now, and Postgres would then
 * refuse to start. The file is removed when no Postgres process works in the cluster's folder any more. The
 * children of a killed postmaster work there and end by themselves within moments.
 *
 * @throws AsofError `ASOF_STACK_SERVER_FAILED` (unavailable) if such processes remain.
 */
export async function clearAfterCrash(cluster: string): Promise<void> {
  const pidFile = join(cluster, 'postmaster.pid');
  if (firstLine(pidFile) === undefined) return;
  const deadline = performance.now() + LAST_GASP_MS;
  for (let users = usersOf(cluster); users.length > 0; users = usersOf(cluster)) {
    if (performance.now() > deadline) throw stillUsed(cluster, users);
    await sleep(50);
  }
  rmSync(pidFile, { force: true });
}

function usersOf(cluster: string): number[] {
  return processTable()
    .map(({ pid }) => pid)
    .filter((pid) => workingFolder(pid) === cluster && commandLine(pid).includes('postgres'));
}

function workingFolder(pid: number): string | undefined {
  try {
    return readlinkSync(`/proc/${pid}/cwd`);
  } catch {
    return undefined;
  }
}

function commandLine(pid: number): string {
  return firstLine(`/proc/${pid}/cmdline`) ?? '';
}

function firstLine(path: string): string | undefined {
  try {
    return readFileSync(path, 'utf8').split('\n')[0];
  } catch {
    return undefined;
  }
}

function stillUsed(cluster: string, pids: number[]): AsofError {
  return new AsofError(
    'ASOF_STACK_SERVER_FAILED',
    `Postgres processes that this stack did not start (${pids.join(', ')}) work in ${cluster}. ` +
      'Stop them, or use another stack by setting ASOF_STACK.',
    { details: { cluster, pids } },
  );
}
