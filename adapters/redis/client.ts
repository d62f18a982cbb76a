import { Redis } from 'ioredis';
import { AsofError, unavailable } from '../../domain/errors/asof-error.ts';

const CONNECT_TIMEOUT_MS = 3_000;
/** A command that takes longer counts as failed: a look-up is worth nothing when it comes late. */
const COMMAND_TIMEOUT_MS = 5_000;

export type { Redis };

/**
 * A connection to the online store, tried once. It reconnects by itself later; commands of the same tick share one
 * round trip.
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
  // What a command cannot do it throws; without a listener a lost connection would be printed over and over.
  redis.on('error', (error) => (reason = error));
  try {
    await redis.connect();
    return redis;
  } catch (error) {
    redis.disconnect();
    throw redisUnavailable(reason ?? error, new URL(url).host);
  }
}

/** What a failed command throws, as an error that says what to do. */
export function redisUnavailable(error: unknown, host = 'REDIS_URL'): AsofError {
  if (error instanceof AsofError) return error;
  return unavailable('ASOF_REDIS_UNAVAILABLE', `the online store at ${host}`, 'REDIS_URL', error);
}
