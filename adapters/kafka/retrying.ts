import { setTimeout as delay } from 'node:timers/promises';
import { unavailable } from '../../domain/errors/asof-error.ts';
import { isRetriable } from './connection-failure.ts';

/** How long Kafka may take to make topics, and to elect the leaders of their partitions. */
const PATIENCE_MS = 30_000;
const PAUSE_MS = 100;

/**
 * Runs work again while Kafka asks for that.
 *
 * @throws AsofError `ASOF_KAFKA_UNAVAILABLE` (unavailable) when Kafka still asks for that after 30 s.
 */
export async function retrying<Result>(work: () => Promise<Result>): Promise<Result> {
  const until = performance.now() + PATIENCE_MS;
  for (;;) {
    try {
      return await work();
    } catch (error) {
      if (!isRetriable(error)) throw error;
      if (performance.now() > until)
        throw unavailable('ASOF_KAFKA_UNAVAILABLE', 'Kafka', 'KAFKA_BROKERS', error);
      await delay(PAUSE_MS);
    }
  }
}
