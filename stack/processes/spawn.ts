import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { closeSync, existsSync, mkdirSync, openSync, renameSync } from 'node:fs';
import { dirname } from 'node:path';
import { AsofError } from '../../domain/errors/asof-error.ts';
import { PRIVATE_FILE, withUmask } from '../private-files.ts';
import { type ProcessRecord, writeRecord } from './record.ts';
import { processEntry } from './table.ts';

export interface Detached {
  name: string;
  kind: ProcessRecord['kind'];
  command: string;
  args: readonly string[];
  env: NodeJS.ProcessEnv;
  cwd: string;
  log: string;
  settings: string;
  stopSignal: ProcessRecord['stopSignal'];
  /** Omitted: that of this process. */
  umask?: number;
}

/**
 * Starts a process that outlives this one: it has its own session, inherits no stream, and writes to its log.
 * The log of the previous run is moved to `.previous.log`.
 *
 * @throws AsofError `ASOF_STACK_SERVER_FAILED` (unavailable) if the command cannot be started.
 */
export async function spawnDetached(run: string, detached: Detached): Promise<ProcessRecord> {
  const { name, command, args, env, cwd, log } = detached;
  const output = openLog(log);
  const child = withUmask(detached.umask, () =>
    spawn(command, args, { detached: true, stdio: ['ignore', output, output], cwd, env }),
  );
  closeSync(output);
  const { pid } = await spawned(child, detached);
  child.unref();
  const record: ProcessRecord = {
    name,
    kind: detached.kind,
    pid,
    startedAt: processEntry(pid)?.startedAt ?? 'ended at once',
    settings: detached.settings,
    stopSignal: detached.stopSignal,
    log,
  };
  writeRecord(run, record);
  return record;
}

async function spawned(
  child: ReturnType<typeof spawn>,
  { name, command, cwd }: Detached,
): Promise<{ pid: number }> {
  try {
    await once(child, 'spawn');
    return { pid: child.pid! };
  } catch (cause) {
    throw new AsofError(
      'ASOF_STACK_SERVER_FAILED',
      `${name} could not be started: '${command}' in ${cwd}: ${(cause as Error).message}`,
      { cause },
    );
  }
}

function openLog(log: string): number {
  mkdirSync(dirname(log), { recursive: true });
  if (existsSync(log)) renameSync(log, log.replace(/\.log$/, '.previous.log'));
  return openSync(log, 'a', PRIVATE_FILE);
}
