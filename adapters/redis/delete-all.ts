import { type Redis, redisUnavailable } from './client.ts';

const KEYS_PER_PAGE = 1_000;

/**
 * Deletes all of Asof's keys in the online store, in pages.
 *
 * @returns the number of deleted keys.
 * @throws AsofError `ASOF_REDIS_UNAVAILABLE` (unavailable).
 */
export async function deleteAllKeys(redis: Redis): Promise<number> {
  let deleted = 0;
  let cursor = '0';
  try {
    do {
      const [next, keys] = await redis.scan(cursor, 'MATCH', 'asof:*', 'COUNT', KEYS_PER_PAGE);
      if (keys.length > 0) deleted += await redis.unlink(keys);
      cursor = next;
    } while (cursor !== '0');
    return deleted;
  } catch (error) {
    throw redisUnavailable(error);
  }
}
