import { resolve } from 'node:path';

/** Makes a path absolute for the worker. An empty path stays empty: the workflow reports it better. */
export function workerPath(path: string): string {
  return path && resolve(path);
}
