import { wasInterrupted } from './interrupt.ts';
import { describeError, progress } from './output.ts';

interface Program {
  name(): string;
  parseAsync(): Promise<unknown>;
}

/** Runs what the command line asks for; an error is told in words, and in the exit code. */
export async function runProgram(program: Program, interrupted = 'interrupted'): Promise<void> {
  try {
    await program.parseAsync();
  } catch (error) {
    progress(`${program.name()}: ${wasInterrupted() ? interrupted : describeError(error)}`);
    process.exitCode = wasInterrupted() ? 130 : 1;
  }
}
