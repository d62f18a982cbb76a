import { AsofError } from '../../domain/errors/asof-error.ts';
import { type Redis, connectRedis, redisUnavailable } from './client.ts';

/**
 * Checks that the online store never removes rows by itself. A row that is gone looks like a key without one,
 * and is answered with defaults. Rows have no time to live, so the policies `volatile-…` leave them alone. A
 * server that does not tell its policy to this user is believed.
 *
 * @throws AsofError `ASOF_REDIS_EVICTS` (unavailable), `ASOF_REDIS_UNAVAILABLE` (unavailable).
 */
export async function refuseEviction(redis: Redis): Promise<void> {
  const memory = await redis.info('memory').catch((error: Error) => {
    if (/^(?:NOPERM|ERR unknown command)/.test(error.message)) return '';
    throw redisUnavailable(error);
  });
  const policy = /^maxmemory_policy:(\S+)/m.exec(memory)?.[1] ?? '';
  const limit = Number(/^maxmemory:(\d+)/m.exec(memory)?.[1] ?? 0);
  if (!policy.startsWith('allkeys') || limit === 0) return;
  throw new AsofError(
    'ASOF_REDIS_EVICTS',
    `the online store has maxmemory-policy ${policy} and maxmemory ${limit}: it may remove rows, and look-ups would then answer with defaults. ` +
      'Set maxmemory-policy noeviction (or volatile-lru, if others share the server), or maxmemory 0',
    { details: { policy, limit } },
  );
}

/**
 * Connects to an online store that is read: one that keeps what was published.
 *
 * @throws AsofError `ASOF_REDIS_EVICTS` (unavailable), `ASOF_REDIS_UNAVAILABLE` (unavailable).
 */
export async function connectLastingRedis(url: string): Promise<Redis> {
  const redis = await connectRedis(url);
  try {
    await refuseEviction(redis);
    return redis;
  } catch (error) {
    redis.disconnect();
    throw error;
  }
}
