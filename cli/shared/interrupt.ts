import { constants } from 'node:os';
import { progress } from './output.ts';

/** The signals that ask a command to end. */
const signals = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;

/** How long a command may take to end. A worker and a server limit their own work to less. */
const END_WITHIN_MS = 20_000;
/** npx passes on the Ctrl-C that the terminal has already sent, so one Ctrl-C can arrive twice. */
const SAME_SIGNAL_MS = 500;
const FAULT = 1;

const controller = new AbortController();
let isListening = false;
let exitCode: number | undefined;
let interruptedAt = 0;

/**
 * A signal that aborts when this process is asked to end (Ctrl-C, SIGTERM or SIGHUP), so that running work can
 * end cleanly. A second Ctrl-C or SIGTERM ends the process at once, and so does the end of its time.
 */
export function interruptSignal(): AbortSignal {
  if (!isListening) for (const signal of signals) process.on(signal, () => onSignal(signal));
  isListening = true;
  return controller.signal;
}

/** Calls `stop` when this process is asked to end, or at once if it was asked before. */
export function whenInterrupted(stop: () => void): void {
  const signal = interruptSignal();
  if (signal.aborted) stop();
  else signal.addEventListener('abort', stop);
}

/** The exit code of an interrupted command: 130 after Ctrl-C. Undefined if it was not interrupted. */
export function interruptedWith(): number | undefined {
  return exitCode;
}

/** Ends what this process does as a signal would, and then the process, with exit code 1. */
export function endAfterFault(): void {
  if (exitCode !== undefined || !isListening) process.exit(FAULT);
  end(FAULT, new Error('this process ends because of an unexpected error'));
}

/** Whether an unexpected error ends this process. */
export function isEndingAfterFault(): boolean {
  return exitCode === FAULT;
}

function onSignal(signal: (typeof signals)[number]): void {
  if (exitCode === undefined) {
    end(128 + constants.signals[signal], new Error(`interrupted by ${signal}`));
    return;
  }
  // The hang-up of the process that started this one only follows from the first signal.
  const isSecond = signal !== 'SIGHUP' && performance.now() - interruptedAt > SAME_SIGNAL_MS;
  if (isSecond) process.exit(exitCode);
}

function end(code: number, reason: Error): void {
  exitCode = code;
  interruptedAt = performance.now();
  setTimeout(() => {
    progress(`something did not end within ${END_WITHIN_MS / 1000} s, so the process ends without it`);
    process.exit(code);
  }, END_WITHIN_MS).unref();
  controller.abort(reason);
}
