import { fileURLToPath } from 'node:url';

/** This program with other arguments, as a process to start. */
export function asofProgram(...args: string[]): { command: string; args: string[] } {
  return {
    command: process.execPath,
    args: [fileURLToPath(new URL('../../bin/asof.mjs', import.meta.url)), ...args],
  };
}
