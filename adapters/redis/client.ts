import { Redis } from 'ioredis';
import { AsofError, unavailable } from '../../domain/errors/asof-error.ts';

const CONNECT_TIMEOUT_MS = 3_000;
/** A command that takes longer counts as failed, because a late lookup is useless. */
const COMMAND_TIMEOUT_MS = 5_000;

export type { Redis };

/**
 * Connects to the online store, with one attempt. The connection reconnects by itself later. Commands of the
 * same tick of the event loop share one round trip.
 *
 * @throws AsofError `ASOF_REDIS_UNAVAILABLE` (unavailable).
 */
export async function connectRedis(url: string): Promise<Redis> {
  const redis = new Redis(url, {
    lazyConnect: true,
    enableAutoPipelining: true,
    connectTimeout: CONNECT_TIMEOUT_MS,
    commandTimeout: COMMAND_TIMEOUT_MS,
    maxRetriesPerRequest: 1,
  });
  let reason: unknown;
  // Failed commands throw. Without this listener ioredis would print each failure of the connection.
  redis.on('error', (error) => (reason = error));
  try {
    await redis.connect();
    return redis;
  } catch (error) {
    redis.disconnect();
    throw redisUnavailable(reason ?? error, new URL(url).host);
  }
}

/** Turns the error of a failed command into `ASOF_REDIS_UNAVAILABLE`, which says what to do. */
export function redisUnavailable(error: unknown, host = 'REDIS_URL'): AsofError {
  if (error instanceof AsofError) return error;
  return unavailable('ASOF_REDIS_UNAVAILABLE', `the online store at ${host}`, 'REDIS_URL', error);
}
