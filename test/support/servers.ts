import type { TestProject } from 'vitest/node';
import { stackDown, stackEnvironment, stackUp } from '../../stack/index.ts';

declare module 'vitest' {
  interface ProvidedContext {
    servers: Record<string, string>;
  }
}

const progress = (line: string): void => void process.stderr.write(`${line}\n`);

/**
 * Starts the real servers once for all integration tests, as a stack of its own named `test` beside the user's, and
 * leaves it up for the next run; in CI it goes down at the end.
 */
export async function setup(project: TestProject): Promise<() => Promise<void>> {
  process.env.ASOF_STACK ??= 'test';
  await stackUp({ progress });
  project.provide('servers', { ...stackEnvironment() });
  return async () => {
    if (process.env.CI) await stackDown({ progress });
  };
}
