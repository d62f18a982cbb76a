import { setTimeout as sleep } from 'node:timers/promises';
import { AsofError } from '../../domain/errors/asof-error.ts';
import { logTail } from './log-tail.ts';
import { type ProcessRecord, isAlive } from './record.ts';

const ASK_EVERY_MS = 100;

export interface Readiness {
  /** Sends one real request. Rejects if the server does not answer. */
  ask: () => Promise<void>;
  withinMs: number;
  signal: AbortSignal;
}

/**
 * Waits until a started process answers.
 *
 * @throws AsofError `ASOF_STACK_SERVER_FAILED` (unavailable), with the end of its log: at once if the process
 * ends, and after `withinMs` if it does not answer.
 */
export async function waitUntilReady(record: ProcessRecord, readiness: Readiness): Promise<void> {
  const refused = await keepAsking(readiness, () => isAlive(record));
  if (refused === undefined) return;
  const what = isAlive(record)
    ? `did not answer within ${readiness.withinMs / 1000} s (${reason(refused)})`
    : 'ended while it was starting';
  throw new AsofError(
    'ASOF_STACK_SERVER_FAILED',
    `${record.name} ${what}. The last lines of its log:\n${logTail(record.log)}\n` +
      `The whole log: ${record.log}. \`asof stack down\` and \`asof stack up\` start it anew.`,
    { details: { server: record.name, log: record.log }, cause: refused },
  );
}

/**
 * Repeats the request until it succeeds.
 *
 * @returns undefined after a success; the last refusal when the time is up or `worthwhile` returns false.
 */
export async function keepAsking(
  { ask, withinMs, signal }: Readiness,
  worthwhile: () => boolean = () => true,
): Promise<unknown> {
  const deadline = performance.now() + withinMs;
  for (;;) {
    signal.throwIfAborted();
    let refusal: unknown;
    try {
      await ask();
      if (worthwhile()) return undefined;
      refusal = new Error('another process answers in its place');
    } catch (error) {
      refusal = error;
    }
    if (!worthwhile() || performance.now() > deadline) return refusal;
    await sleep(ASK_EVERY_MS, undefined, { signal });
  }
}

/** The messages of an error and of its causes, in one line. */
export function reason(error: unknown): string {
  if (error instanceof AggregateError && error.errors.length > 0) return reason(error.errors[0]);
  if (!(error instanceof Error)) return String(error);
  return error.cause ? `${error.message}: ${reason(error.cause)}` : error.message;
}
