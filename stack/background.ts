import { join } from 'node:path';
import { AsofError } from '../domain/errors/asof-error.ts';
import { stackLayout } from './layout.ts';
import { type ProcessRecord, forgetRecord, readRecord } from './processes/record.ts';
import { spawnDetached } from './processes/spawn.ts';
import { stopProcess } from './processes/stop.ts';
import { serverNames } from './servers/server.ts';

export interface Background {
  /** Names its log and is what it is stopped by, such as `worker`. */
  name: string;
  command: string;
  args: readonly string[];
  env?: NodeJS.ProcessEnv;
  cwd?: string;
}

/**
 * Starts a process that goes on after this one and belongs to the stack: `status` lists it and `down` stops
 * it. One that runs under the same name is stopped first.
 */
export async function startBackground(background: Background): Promise<ProcessRecord> {
  const { name, command, args, env = process.env, cwd = process.cwd() } = background;
  if (!/^[a-z][a-z0-9-]*$/.test(name) || serverNames.some((server) => server === name)) {
    throw new AsofError(
      'ASOF_STACK_NAME_INVALID',
      `A background process cannot be called '${name}'; expected lower-case letters, digits and dashes, ` +
        `and none of the servers' names (${serverNames.join(', ')}).`,
    );
  }
  await stopBackground(name);
  const { run, logs } = stackLayout();
  return spawnDetached(run, {
    ...{ name, kind: 'background', command, args, env, cwd },
    log: join(logs, `${name}.log`),
    settings: '',
    stopSignal: 'SIGTERM',
  });
}

/** Asks it to end and waits for that; nothing happens when none runs under this name. */
export async function stopBackground(name: string): Promise<void> {
  const { run } = stackLayout();
  const record = readRecord(run, name);
  if (record?.kind !== 'background') return;
  await stopProcess(record);
  forgetRecord(run, name);
}
