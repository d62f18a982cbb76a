import { join } from 'node:path';
import { cacheFolder } from '../stack/layout.ts';

/** Keeps the code of the workflows between the workers of a clone. */
export function workflowCodeFolder(): string {
  return join(cacheFolder(), 'workflows');
}
