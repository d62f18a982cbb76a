import { stackDown, stackUp } from '../../../stack/index.ts';

const progress = (line: string): void => void process.stderr.write(`${line}\n`);

/**
 * Starts the real servers once for all integration tests, as a stack of its own named `test` beside the user's, and
 * leaves it up for the next run; in CI it goes down at the end. Tests inherit the stack's name, and so find its servers.
 */
export async function setup(): Promise<() => Promise<void>> {
  process.env.ASOF_STACK ??= 'test';
  await stackUp({ progress });
  return async () => {
    if (process.env.CI) await stackDown({ progress });
  };
}
