import { rmSync } from 'node:fs';
import { stackDown, stackUp } from '../../../stack/index.ts';
import { stackLayout } from '../../../stack/layout.ts';
import { endLeftWorkflows } from './left-workflows.ts';
import { TEST_STACKS, testStack } from './test-stacks.ts';

const progress = (line: string): void => void process.stderr.write(`${line}\n`);
const names = Array.from({ length: TEST_STACKS }, (_, index) => testStack(index + 1));

/**
 * Starts the real servers once for all integration tests, as stacks beside the user's stack: one named `test`,
 * and one more for each further test file that runs at the same time. They stay up for the next run; in CI
 * they begin empty, whatever an earlier run that was killed has left, and stop at the end.
 */
export async function setup(): Promise<() => Promise<void>> {
  await onEach(async () => {
    if (process.env.CI) await empty();
    await stackUp({ progress });
    await endLeftWorkflows();
  });
  return async () => {
    if (process.env.CI) await onEach(() => stackDown({ progress }));
  };
}

async function empty(): Promise<void> {
  await stackDown({ progress });
  rmSync(stackLayout().data, { recursive: true, force: true });
}

async function onEach(work: () => Promise<void>): Promise<void> {
  const given = process.env.ASOF_STACK;
  for (const name of names) {
    process.env.ASOF_STACK = name;
    await work();
  }
  if (given === undefined) delete process.env.ASOF_STACK;
  else process.env.ASOF_STACK = given;
}
