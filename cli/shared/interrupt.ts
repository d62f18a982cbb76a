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
/** Whether the command has work that must end in order. */
let endsInOrder = false;
let exitCode: number | undefined;
let interruptedAt = 0;

/**
 * Makes Ctrl-C, SIGTERM and SIGHUP end this process, whatever it does: in order if it has asked for the
 * {@link interruptSignal}, at once otherwise. A second Ctrl-C or SIGTERM ends it at once, and so does the end
 * of its time.
 *
 * @param say is called before an end at once.
 */
export function endWhenAsked(say: () => void): void {
  for (const signal of signals) process.on(signal, () => onSignal(signal, say));
}

/**
 * A signal that aborts when this process is asked to end. Whoever takes it ends its work in order, so a command
 * takes it before it opens what must be closed.
 */
export function interruptSignal(): AbortSignal {
  endsInOrder = true;
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
  if (exitCode !== undefined || !endsInOrder) process.exit(FAULT);
  end(FAULT, new Error('this process ends because of an unexpected error'));
}

/** Whether an unexpected error ends this process. */
export function isEndingAfterFault(): boolean {
  return exitCode === FAULT;
}

function onSignal(signal: (typeof signals)[number], say: () => void): void {
  if (exitCode === undefined) {
    const code = 128 + constants.signals[signal];
    if (endsInOrder) return end(code, new Error(`interrupted by ${signal}`));
    say();
    process.exit(code);
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
