import { stackDown, stackUp } from '../../../stack/index.ts';
import { endLeftWorkflows } from './left-workflows.ts';

const progress = (line: string): void => void process.stderr.write(`${line}\n`);

/**
 * Starts the real servers once for all integration tests, as a stack named `test` beside the user's stack.
 * The stack stays up for the next run; in CI it stops at the end. Tests find its servers by ASOF_STACK, which
 * they inherit.
 */
export async function setup(): Promise<() => Promise<void>> {
  process.env.ASOF_STACK ??= 'test';
  await stackUp({ progress });
  await endLeftWorkflows();
  return async () => {
    if (process.env.CI) await stackDown({ progress });
  };
}
