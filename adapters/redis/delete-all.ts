import { randomUUID } from 'node:crypto';
import { type Redis, redisUnavailable } from './client.ts';
import type { OnlineKeys } from './keys.ts';

const KEYS_PER_PAGE = 1_000;

/**
 * Deletes all keys of a deployment's online tables, in pages.
 *
 * @returns the number of deleted keys.
 * @throws AsofError `ASOF_REDIS_UNAVAILABLE` (unavailable).
 */
export function deleteAllKeys(redis: Redis, { all }: OnlineKeys): Promise<number> {
  return deleteMatching(redis, all);
}

/** How long no sync may claim a table whose keys are being deleted, in ms. */
const LEASE_MS = 30_000;

/**
 * Deletes all keys of an online table, in pages. A sync that is under way loses its claim first, so that it writes
 * nothing after them.
 *
 * @returns the number of deleted keys.
 * @throws AsofError `ASOF_REDIS_UNAVAILABLE` (unavailable).
 */
export async function deleteTableKeys(redis: Redis, keys: OnlineKeys, table: string): Promise<number> {
  try {
    await redis.set(keys.claim(table), `${randomUUID()}:removal`, 'PX', LEASE_MS);
  } catch (error) {
    throw redisUnavailable(error);
  }
  const deleted = await Promise.all(keys.ofTable(table).map((pattern) => deleteMatching(redis, pattern)));
  return deleted.reduce((sum, count) => sum + count, -1);
}

async function deleteMatching(redis: Redis, pattern: string): Promise<number> {
  let deleted = 0;
  let cursor = '0';
  try {
    do {
      const [next, keys] = await redis.scan(cursor, 'MATCH', pattern, 'COUNT', KEYS_PER_PAGE);
      if (keys.length > 0) deleted += await redis.unlink(keys);
      cursor = next;
    } while (cursor !== '0');
    return deleted;
  } catch (error) {
    throw redisUnavailable(error);
  }
}
