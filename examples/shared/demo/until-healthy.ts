import { setTimeout as delay } from 'node:timers/promises';
import { AsofError } from 'asof/client';
import { stackStatus } from '../../../stack/index.ts';

const WITHIN_MS = 60_000;

/**
 * Waits until the serving process answers at `url`.
 *
 * @throws AsofError `ASOF_SERVING_UNAVAILABLE` as soon as the process has ended, or after 60 seconds.
 */
export async function untilHealthy(url: string): Promise<void> {
  const deadline = Date.now() + WITHIN_MS;
  for (;;) {
    const answer = await fetch(url).catch(() => undefined);
    if (answer?.ok) return;
    const { background } = await stackStatus();
    const serving = background.find(({ name }) => name === 'serve');
    if (serving?.state !== 'running' || Date.now() > deadline) {
      throw new AsofError(
        'ASOF_SERVING_UNAVAILABLE',
        `${url} does not answer; see ${serving?.log ?? 'the log of serve'}`,
      );
    }
    await delay(250);
  }
}
