import { type Redis, redisUnavailable } from './client.ts';
import type { OnlineKeys } from './keys.ts';

const KEYS_PER_PAGE = 1_000;

/**
 * Deletes all keys of a deployment's online tables, in pages.
 *
 * @returns the number of deleted keys.
 * @throws AsofError `ASOF_REDIS_UNAVAILABLE` (unavailable).
 */
export async function deleteAllKeys(redis: Redis, { all }: OnlineKeys): Promise<number> {
  let deleted = 0;
  let cursor = '0';
  try {
    do {
      const [next, keys] = await redis.scan(cursor, 'MATCH', all, 'COUNT', KEYS_PER_PAGE);
      if (keys.length > 0) deleted += await redis.unlink(keys);
      cursor = next;
    } while (cursor !== '0');
    return deleted;
  } catch (error) {
    throw redisUnavailable(error);
  }
}
