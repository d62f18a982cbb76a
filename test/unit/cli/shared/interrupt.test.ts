import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { setTimeout as delay } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';

const root = fileURLToPath(new URL('../../../../', import.meta.url));
/** Longer than the time in which the same signal counts once. */
const LATER_MS = 700;

test.concurrent.each([
  ['SIGHUP', 129],
  ['SIGINT', 130],
  ['SIGTERM', 143],
] as const)('a command that %s interrupts ends its work, and then with code %i', async (signal, code) => {
  const command = await start(
    `const interrupted = new Promise((_, fail) => whenInterrupted(() => fail(new Error()))); ready(); await interrupted;`,
  );
  command.child.kill(signal);
  expect(await end(command)).toEqual({ code, said: 'test: interrupted' });
});

test.concurrent.each([
  ['SIGHUP', 129],
  ['SIGINT', 130],
  ['SIGTERM', 143],
] as const)(
  'a command that has nothing to end in order ends by %s at once, with code %i',
  async (signal, code) => {
    const command = await start('ready(); await forEver;');
    command.child.kill(signal);
    expect(await end(command)).toEqual({ code, said: 'test: interrupted' });
  },
);

test.concurrent('a signal from before the work began ends it as one that comes later', async () => {
  const command = await start(
    `const signal = interruptSignal(); ready(); await once(signal, 'abort'); await new Promise(whenInterrupted); say('ended in order'); signal.throwIfAborted();`,
  );
  command.child.kill('SIGTERM');
  expect(await end(command)).toEqual({ code: 143, said: 'ended in order\ntest: interrupted' });
});

test.concurrent('an interrupted command says what becomes of its workflow', async () => {
  const command = await start(
    `const signal = interruptSignal(); ready(); await nextLook({ workflowId: 'stream-clicks' }, 1e6, signal);`,
  );
  command.child.kill('SIGINT');
  const { code, said } = await end(command);
  expect(code).toBe(130);
  expect(said).toMatch(
    /^test: interrupted; workflow stream-clicks goes on: .*the same command waits for it$/,
  );
});

test.concurrent(
  'a second signal ends a command that goes on; the same one twice at once does not',
  async () => {
    const command = await start(HANGS);
    command.child.kill('SIGINT');
    await delay(50);
    command.child.kill('SIGINT');
    command.child.kill('SIGHUP');
    await delay(LATER_MS);
    expect(command.child.exitCode).toBeNull();
    command.child.kill('SIGTERM');
    expect(await end(command)).toMatchObject({ code: 130 });
  },
);

test.concurrent.each([
  ['a rejection', 'unhandledRejection', 'void Promise.reject(new TypeError("of the driver"))'],
  ['an exception', 'uncaughtException', 'setImmediate(() => { throw new TypeError("of the driver") })'],
])('%s that nothing catches ends the running work in order, with code 1', async (_what, origin, fault) => {
  const command = await start(
    `const interrupted = new Promise(whenInterrupted); ready(); ${fault}; await interrupted; say('ended in order');`,
  );
  const { code, said } = await end(command);
  expect(code).toBe(1);
  expect(said).toContain(
    `test: ends because of an error that nothing caught (${origin}): TypeError: of the driver`,
  );
  expect(said).toMatch(/ended in order$/);
});

test.concurrent(
  'an error that nothing catches ends a command that listens to no signal at once',
  async () => {
    const command = await start(
      `ready(); void Promise.reject(new TypeError('of the driver')); await forEver;`,
    );
    expect(await end(command)).toMatchObject({ code: 1 });
  },
);

const HANGS = `whenInterrupted(() => {}); ready(); await forEver;`;

interface Command {
  readonly child: ChildProcess;
  readonly said: string[];
  readonly ended: Promise<unknown>;
}

/** Starts a program named `test` whose action is `body`, and waits until it calls `ready`. */
async function start(body: string): Promise<Command> {
  const script = `
    import { register } from 'tsx/esm/api';
    register();
    const { once } = await import('node:events');
    const { nextLook } = await import('./client/shared/next-look.ts');
    const { interruptSignal, whenInterrupted } = await import('./cli/shared/interrupt.ts');
    const { runProgram } = await import('./cli/shared/run-program.ts');
    const forEver = new Promise(() => setInterval(() => {}, 60_000));
    const say = (line) => process.stderr.write(line + '\\n');
    const ready = () => say('ready');
    await runProgram({ name: () => 'test', async parseAsync() { ${body} } });
    process.exit();`;
  const child = spawn(process.execPath, ['--input-type=module', '-e', script], {
    cwd: root,
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  const said: string[] = [];
  const ended = once(child, 'close');
  const output = createInterface({ input: child.stderr });
  output.on('line', (line) => said.push(line));
  await once(output, 'line');
  return { child, said, ended };
}

async function end({ child, said, ended }: Command): Promise<{ code: number | null; said: string }> {
  await ended;
  return { code: child.exitCode, said: said.slice(1).join('\n') };
}
