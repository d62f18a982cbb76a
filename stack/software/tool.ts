import { accessSync, constants } from 'node:fs';
import { delimiter, join } from 'node:path';
import { AsofError } from '../../domain/errors/asof-error.ts';
import { capture } from '../processes/run.ts';
import { isAtLeast } from './version.ts';

/** A program that must be installed on the machine. */
export interface Tool {
  command: string;
  /** How to install it, for display. */
  install: string;
  /** Omitted: any version works. */
  version?: { args: readonly string[]; atLeast: string };
}

/**
 * Checks that the machine has the tools.
 *
 * @throws AsofError `ASOF_STACK_TOOL_MISSING` (unavailable), with every missing tool.
 */
export async function requireTools(needs: ReadonlyMap<string, readonly Tool[]>): Promise<void> {
  const problems = await Promise.all(
    [...needs].flatMap(([server, tools]) =>
      tools.map(async (tool) => {
        const problem = await problemWith(tool);
        return problem && `  ${server} needs ${tool.command}: ${problem}. ${tool.install}`;
      }),
    ),
  );
  const found = problems.filter((problem) => problem !== undefined);
  if (found.length === 0) return;
  throw new AsofError(
    'ASOF_STACK_TOOL_MISSING',
    `The native stack cannot be installed, because this machine lacks what builds it:\n${found.join('\n')}\n` +
      'Or start Docker, or name a running server in the environment (DATABASE_URL, KAFKA_BROKERS, …).',
  );
}

async function problemWith({ command, version }: Tool): Promise<string | undefined> {
  const path = findOnPath(command);
  if (path === undefined) return 'it is not on the PATH';
  if (version === undefined) return undefined;
  try {
    const found = /\d+(\.\d+)*/.exec(await capture(path, version.args))?.[0] ?? 'of unknown version';
    if (isAtLeast(found, version.atLeast)) return undefined;
    return `it is ${found}, expected at least ${version.atLeast}`;
  } catch (error) {
    return `it does not work (${(error as Error).message.trim().split('\n').at(-1)})`;
  }
}

/** The path of a command on the PATH or in a folder for administrators; undefined if there is none. */
export function findOnPath(command: string): string | undefined {
  const folders = [...(process.env.PATH ?? '').split(delimiter), '/usr/sbin', '/sbin'];
  return folders.map((folder) => join(folder, command)).find(isExecutable);
}

function isExecutable(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}
