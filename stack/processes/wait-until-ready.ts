import { setTimeout as sleep } from 'node:timers/promises';
import { AsofError } from '../../domain/errors/asof-error.ts';
import { logTail } from './log-tail.ts';
import { type ProcessRecord, isAlive } from './record.ts';

const ASK_EVERY_MS = 100;

export interface Readiness {
  /** One attempt: resolves when the server answers a real request, and rejects when not. */
  ask: () => Promise<void>;
  withinMs: number;
  signal: AbortSignal;
}

/** Waits for a process that we started; fails at once when it ends, and with its log when it takes too long. */
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

/** Asks until the answer comes; gives back the last refusal when time is up or there is nobody left to ask. */
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

export function reason(error: unknown): string {
  if (error instanceof AggregateError && error.errors.length > 0) return reason(error.errors[0]);
  if (!(error instanceof Error)) return String(error);
  return error.cause ? `${error.message}: ${reason(error.cause)}` : error.message;
}
