import { fileURLToPath } from 'node:url';

/** The command and the arguments that start `asof ARG …` in a new process. */
export function asofProgram(...args: string[]): { command: string; args: string[] } {
  return {
    command: process.execPath,
    args: [fileURLToPath(new URL('../../bin/asof.mjs', import.meta.url)), ...args],
  };
}
