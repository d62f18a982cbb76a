import { createInterface } from 'node:readline/promises';
import { AsofError } from '../../domain/errors/asof-error.ts';

/**
 * Asks a question at the terminal.
 *
 * @param command what to add `--yes` to where nobody can be asked.
 * @throws AsofError `ASOF_NOT_CONFIRMED` where there is no terminal to ask at.
 */
export async function isConfirmed(
  question: string,
  { undone, command }: { readonly undone: string; readonly command: string },
): Promise<boolean> {
  if (!process.stdin.isTTY) {
    throw new AsofError(
      'ASOF_NOT_CONFIRMED',
      `${undone}: there is no terminal to ask at; to go on, run ${command} with --yes`,
    );
  }
  const terminal = createInterface({ input: process.stdin, output: process.stderr });
  // The terminal hands its Ctrl-C to whoever asks, and so to no one else.
  terminal.on('SIGINT', () => process.kill(process.pid, 'SIGINT'));
  const answer = await terminal.question(`${question} [y/N] `);
  terminal.close();
  return /^y(es)?$/i.test(answer);
}
