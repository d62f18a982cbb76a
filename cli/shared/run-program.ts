import { inspect } from 'node:util';
import { CallAborted } from '../../client/shared/call-aborted.ts';
import { knownFailure } from '../../client/shared/known-failure.ts';
import { endAfterFault, endWhenAsked, interruptedWith, isEndingAfterFault } from './interrupt.ts';
import { hangUpWithLauncher } from './launcher.ts';
import { describeError, progress } from './output.ts';
import { isVerbose } from './verbose.ts';

interface Program {
  name(): string;
  parseAsync(): Promise<unknown>;
}

/**
 * Runs the command that the command line names. An error goes to standard error and sets the exit code to 1;
 * an interrupt prints `interrupted`, or what became of the workflow, and sets the exit code to 128 + the number
 * of the signal. An error that nothing catches ends the command in order, because it leaves unknown what else
 * is broken. Only `--verbose` prints a stack trace.
 */
export async function runProgram(program: Program, interrupted = 'interrupted'): Promise<void> {
  const report = (what: string): void => progress(`${program.name()}: ${what}`);
  process.on('uncaughtException', (error, origin) => {
    const failure = knownFailure(error);
    // Nobody can repeat such an error with --verbose, so its stack trace is always printed.
    const what = failure.code === 'ASOF_UNEXPECTED' ? inspect(error) : describeError(failure);
    report(`ends because of an error that nothing caught (${origin}): ${what}`);
    endAfterFault();
  });
  endWhenAsked(() => report('interrupted'));
  hangUpWithLauncher();
  try {
    await program.parseAsync();
    if (isEndingAfterFault()) process.exitCode = 1;
  } catch (error) {
    const code = interruptedWith();
    const ended = error instanceof CallAborted ? `interrupted; ${error.message}` : interrupted;
    if (!isEndingAfterFault()) report(code === undefined ? describeError(knownFailure(error)) : ended);
    if (isVerbose()) progress(inspect(error));
    process.exitCode = code ?? 1;
  }
}
