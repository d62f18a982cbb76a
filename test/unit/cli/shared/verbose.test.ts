import { Command } from '@commander-js/extra-typings';
import { beforeEach, expect, test, vi } from 'vitest';

beforeEach(() => vi.resetModules());

test.each([
  '--verbose worker',
  'worker --verbose',
  '--verbose stream run clicks',
  'stream --verbose run clicks',
  'stream run clicks --verbose',
  'stream run --verbose clicks',
  '--verbose temporal workflow list',
])('asof %s prints stack traces', async (line) => {
  expect(await isVerboseAfter(line)).toBe(true);
});

test.each(['worker', 'stream run clicks', 'temporal workflow list --verbose'])(
  'asof %s prints none',
  async (line) => {
    expect(await isVerboseAfter(line)).toBe(false);
  },
);

async function isVerboseAfter(line: string): Promise<boolean> {
  const { isVerbose, withVerbose } = await import('../../../../cli/shared/verbose.ts');
  const done = vi.fn();
  const program = new Command('asof')
    .enablePositionalOptions()
    .addCommand(new Command('worker').action(done))
    .addCommand(new Command('stream').addCommand(new Command('run').argument('<source>').action(done)))
    .addCommand(
      new Command('temporal').argument('[args...]').allowUnknownOption().passThroughOptions().action(done),
    );
  await withVerbose(program).parseAsync(line.split(' '), { from: 'user' });
  expect(done).toHaveBeenCalledOnce();
  return isVerbose();
}
