import { setTimeout as delay } from 'node:timers/promises';

/**
 * Calls `ask` until it resolves to a value other than undefined or false, and resolves to that value.
 *
 * @throws Error that names `what`, after `timeoutMs`.
 */
export async function eventually<Value>(
  what: string,
  ask: () => Promise<Value | undefined | false>,
  timeoutMs = 60_000,
): Promise<Value> {
  const deadline = Date.now() + timeoutMs;
  for (;;) {
    const value = await ask();
    if (value !== undefined && value !== false) return value;
    if (Date.now() > deadline) throw new Error(`waited ${timeoutMs / 1000} s for ${what}`);
    await delay(25);
  }
}
