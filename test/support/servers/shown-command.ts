import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { familyOf } from '../../../stack/processes/family.ts';
import { type ProcessEntry, processEntry, processTable } from '../../../stack/processes/table.ts';

const root = fileURLToPath(new URL('../../../', import.meta.url));

/** A command as a user sees it: the process that the shell shows, what it prints, and all that it started. */
export interface ShownCommand {
  readonly shown: ChildProcess;
  readonly said: string[];
  /** Resolves at the end of the shown process. */
  readonly ended: Promise<unknown>;
  /** All its processes: the shown one, and those that it and they have started. */
  family(): ProcessEntry[];
  /** Those of a family that still live. */
  left(family: readonly ProcessEntry[]): ProcessEntry[];
}

/** Starts a command line and waits until it prints a line that matches `ready`. */
export async function showCommand(
  [command, ...args]: readonly [string, ...string[]],
  env: NodeJS.ProcessEnv,
  ready: RegExp,
): Promise<ShownCommand> {
  const shown = spawn(command, args, { cwd: root, env, stdio: ['ignore', 'ignore', 'pipe'] });
  const ended = once(shown, 'exit');
  const said: string[] = [];
  const output = createInterface({ input: shown.stderr });
  await new Promise<void>((resolve, reject) => {
    output.on('line', (line) => {
      said.push(line);
      if (ready.test(line)) resolve();
    });
    output.on('close', () => reject(new Error(`${command} ended before it was ready:\n${said.join('\n')}`)));
  });
  const record = processEntry(shown.pid!)!;
  return {
    shown,
    said,
    ended,
    family: () => familyOf(record, processTable()),
    left: (family) => family.filter(({ pid, startedAt }) => processEntry(pid)?.startedAt === startedAt),
  };
}
