import type { EntityKey } from './stream-table.ts';

/**
 * A multiple of the numbers of partitions that topics usually have, as the rule of {@link entityBucket}
 * requires.
 */
export const ENTITY_BUCKETS = 240;

/**
 * The bucket of an entity, one of {@link ENTITY_BUCKETS}. The first part of the key selects it, in the way in
 * which Kafka's producers select a partition. If a topic is keyed by that part, and its number of partitions
 * divides the number of buckets, entities of different partitions are in different buckets.
 */
export function entityBucket([first]: EntityKey): number {
  return (murmur2(utf8.encode(first)) & 0x7fffffff) % ENTITY_BUCKETS;
}

const utf8 = new TextEncoder();
const MULTIPLIER = 0x5bd1e995;
const SEED = 0x9747b28c;

/** MurmurHash2 (32 bit) with the seed of Kafka's default partitioner. */
function murmur2(bytes: Uint8Array): number {
  const words = bytes.length & ~3;
  let hash = SEED ^ bytes.length;
  for (let at = 0; at < words; at += 4) {
    const word = bytes[at]! | (bytes[at + 1]! << 8) | (bytes[at + 2]! << 16) | (bytes[at + 3]! << 24);
    const mixed = Math.imul(word, MULTIPLIER);
    hash = Math.imul(hash, MULTIPLIER) ^ Math.imul(mixed ^ (mixed >>> 24), MULTIPLIER);
  }
  if (words < bytes.length) {
    for (let at = words; at < bytes.length; at += 1) hash ^= bytes[at]! << (8 * (at - words));
    hash = Math.imul(hash, MULTIPLIER);
  }
  hash = Math.imul(hash ^ (hash >>> 13), MULTIPLIER);
  return hash ^ (hash >>> 15);
}
