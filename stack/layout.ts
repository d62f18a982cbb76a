import { homedir } from 'node:os';
import { join, resolve } from 'node:path';
import { defaultStack } from './ports.ts';
import { makePrivateFolder } from './private-files.ts';

/** The folders of a stack. Stacks share the installed software and nothing else. */
export interface StackLayout {
  name: string;
  /** Has a folder for each version of installed software. */
  software: string;
  /** Has all that belongs to this stack alone. */
  own: string;
  /** The file of its passwords. */
  secrets: string;
  /** Has a folder of data for each server. It outlives `down`. */
  data: string;
  /** Has a log for each server, installation and background process. */
  logs: string;
  /** Has the state of what runs: process records, the stack's state, the lock. */
  run: string;
}

export function stackLayout(environment: NodeJS.ProcessEnv = process.env): StackLayout {
  const cache = cacheFolder(environment);
  const name = environment.ASOF_STACK || defaultStack;
  const own = join(cache, 'stacks', name);
  return {
    name,
    software: join(cache, 'servers'),
    own,
    secrets: join(own, 'secrets.env'),
    data: join(own, 'data'),
    logs: join(own, 'logs'),
    run: join(own, 'run'),
  };
}

/**
 * Makes the folders of a stack. Only its user can enter them. A server that runs as another account passes
 * through on its way to its data.
 */
export function makeStackFolders({ own, data, logs, run }: StackLayout, passage?: number): void {
  makePrivateFolder(own, passage);
  makePrivateFolder(data, passage);
  makePrivateFolder(logs);
  makePrivateFolder(run);
}

/** Where Asof keeps files of its own: `ASOF_CACHE`, or a folder of the user's cache. */
export function cacheFolder(environment: NodeJS.ProcessEnv = process.env): string {
  return resolve(environment.ASOF_CACHE || join(homedir(), '.cache', 'asof'));
}
