import { resolve } from 'node:path';

/** A path as the worker gets it: from the root, unless it is missing, which the workflow's own check says better. */
export function workerPath(path: string): string {
  return path && resolve(path);
}
