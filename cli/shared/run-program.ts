import { inspect } from 'node:util';
import { knownFailure } from '../../client/shared/known-failure.ts';
import { wasInterrupted } from './interrupt.ts';
import { describeError, progress } from './output.ts';
import { isVerbose } from './verbose.ts';

interface Program {
  name(): string;
  parseAsync(): Promise<unknown>;
}

/**
 * Runs the command that the command line names. An error goes to standard error and sets the exit code to 1;
 * an interrupt prints `interrupted` and sets the exit code to 130. Only `--verbose` prints a stack trace.
 */
export async function runProgram(program: Program, interrupted = 'interrupted'): Promise<void> {
  try {
    await program.parseAsync();
  } catch (error) {
    progress(`${program.name()}: ${wasInterrupted() ? interrupted : describeError(knownFailure(error))}`);
    if (isVerbose()) progress(inspect(error));
    process.exitCode = wasInterrupted() ? 130 : 1;
  }
}
