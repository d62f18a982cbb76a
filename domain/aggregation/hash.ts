/**
 * A hash of 53 bits, from 0 to 2^53 − 1: the 32 bits of MurmurHash3 (x86, 32 bit) of the text's UTF-16 code
 * units, little-endian, with seed 0, and the upper 21 bits of the same with seed 1. Stored sketches consist
 * of these hashes, so the function must never change.
 */
export function hash53(text: string): number {
  return murmur3(text, 0) * 2 ** 21 + (murmur3(text, 1) >>> 11);
}

function murmur3(text: string, seed: number): number {
  let hash = seed;
  const pairs = text.length & ~1;
  for (let index = 0; index < pairs; index += 2) {
    hash ^= scramble(text.charCodeAt(index) | (text.charCodeAt(index + 1) << 16));
    hash = (Math.imul((hash << 13) | (hash >>> 19), 5) + 0xe6546b64) | 0;
  }
  if (pairs < text.length) hash ^= scramble(text.charCodeAt(pairs));
  hash ^= text.length * 2;
  hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b);
  hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35);
  return (hash ^ (hash >>> 16)) >>> 0;
}

function scramble(block: number): number {
  const mixed = Math.imul(block, 0xcc9e2d51);
  return Math.imul((mixed << 15) | (mixed >>> 17), 0x1b873593);
}
