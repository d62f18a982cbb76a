import { join } from 'node:path';
import { AsofError } from '../domain/errors/asof-error.ts';
import { makeStackFolders, stackLayout } from './layout.ts';
import { type ProcessRecord, forgetRecord, readRecord } from './processes/record.ts';
import { spawnDetached } from './processes/spawn.ts';
import { stopProcess } from './processes/stop.ts';
import { serverNames } from './servers/server.ts';

export interface Background {
  /** The name for its log and for `stopBackground`, such as `worker`. */
  name: string;
  command: string;
  args: readonly string[];
  env?: NodeJS.ProcessEnv;
  cwd?: string;
}

/**
 * Starts a process that outlives this one and belongs to the stack: `status` lists it, and `down` stops it. A
 * running process with the same name is stopped first.
 *
 * @throws AsofError `ASOF_STACK_NAME_INVALID`; `ASOF_STACK_SERVER_FAILED` if the command cannot be started.
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
  const layout = stackLayout();
  makeStackFolders(layout);
  const { run, logs } = layout;
  return spawnDetached(run, {
    name,
    kind: 'background',
    command,
    args,
    env,
    cwd,
    log: join(logs, `${name}.log`),
    settings: '',
    stopSignal: 'SIGTERM',
  });
}

/** Stops the background process with this name and waits for its end. Does nothing if there is none. */
export async function stopBackground(name: string): Promise<void> {
  const { run } = stackLayout();
  const record = readRecord(run, name);
  if (record?.kind !== 'background') return;
  await stopProcess(record);
  forgetRecord(run, name);
}
