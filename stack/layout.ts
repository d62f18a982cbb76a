import { homedir } from 'node:os';
import { join, resolve } from 'node:path';
import { defaultStack } from './ports.ts';

/** Where one stack keeps its things. Stacks share the software and nothing else. */
export interface StackLayout {
  name: string;
  /** Installed software, one folder for each version. */
  software: string;
  /** One folder of data for each server; it outlives `down`. */
  data: string;
  /** One log for each server, installation and background process. */
  logs: string;
  /** What runs now: process records, the state, the lock. */
  run: string;
}

export function stackLayout(environment: NodeJS.ProcessEnv = process.env): StackLayout {
  const cache = resolve(environment.ASOF_CACHE || join(homedir(), '.cache', 'asof'));
  const name = environment.ASOF_STACK || defaultStack;
  const own = join(cache, 'stacks', name);
  return {
    name,
    software: join(cache, 'servers'),
    data: join(own, 'data'),
    logs: join(own, 'logs'),
    run: join(own, 'run'),
  };
}
