/** What aggregates may hold, and what takes their place, from the documented rules alone. */

type Value = string | number;

/** The room of an aggregate: distinct values, their length together, and the size of a sample. */
interface Room {
  readonly values: number;
  readonly length: number;
  readonly sample: number;
}

/** @param sharing the number of aggregates of a table that hold values. */
export function roomOf(exactUpTo: number, sharing = 1): Room {
  const length = Math.min(64 * exactUpTo, Math.floor(2 ** 25 / sharing));
  return { values: exactUpTo, length, sample: Math.min(1_024, Math.max(16, Math.floor(length / 1_039))) };
}

function isBeyond(values: ReadonlySet<Value>, room: Room): boolean {
  const length = [...values].map((value) => `${value}`.length).reduce((a, b) => a + b, 0);
  return values.size > room.values || length > room.length;
}

/** The number of distinct values; beyond the room, by the 1,024th smallest of their hashes. */
export function distinctCount(values: readonly Value[], room: Room): { count: number; isExact: boolean } {
  const distinct = new Set(values);
  if (!isBeyond(distinct, room)) return { count: distinct.size, isExact: true };
  const hashes = smallestHashes(distinct, 1_024);
  const count =
    hashes.length < 1_024 ? hashes.length : Math.round(1_023 / (Number(hashes[1_023]! + 1n) / 2 ** 53));
  return { count, isExact: false };
}

/** The values to count, in their order of coming; beyond the room, only those with the smallest hashes. */
export function countedValues(values: readonly Value[], room: Room): { values: Value[]; isExact: boolean } {
  const short = values.map(cut);
  const isCut = short.some((value, index) => value !== values[index]);
  if (!isBeyond(new Set(short), room)) return { values: short, isExact: !isCut };
  const greatest = smallestHashes(new Set(short), room.sample).at(-1)!;
  return { values: short.filter((value) => hash(`${value}`) <= greatest), isExact: false };
}

/** A text of more than 1,024 code units: its start, without half a character, and the hash of the whole. */
export function cut(value: Value): Value {
  if (typeof value === 'number' || value.length <= 1_024) return value;
  const start = value.slice(0, 1_024).isWellFormed() ? value.slice(0, 1_024) : value.slice(0, 1_023);
  return `${start}…${hash(value).toString(16).padStart(14, '0')}`;
}

function smallestHashes(values: ReadonlySet<Value>, many: number): bigint[] {
  const hashes = [...new Set([...values].map((value) => hash(`${value}`)))];
  return hashes.sort((a, b) => (a < b ? -1 : 1)).slice(0, many);
}

/** The 32 bits of MurmurHash3 with seed 0, then the upper 21 bits of the same with seed 1. */
function hash(text: string): bigint {
  const bytes = Buffer.from(text, 'utf16le');
  return (murmur3(bytes, 0n) << 21n) | (murmur3(bytes, 1n) >> 11n);
}

/** MurmurHash3 (x86, 32 bit), in whole numbers without bounds. */
function murmur3(bytes: Buffer, seed: bigint): bigint {
  const low = (value: bigint): bigint => BigInt.asUintN(32, value);
  const rotate = (value: bigint, by: bigint): bigint => low(value << by) | (value >> (32n - by));
  const mix = (block: bigint): bigint => low(rotate(low(block * 0xcc9e2d51n), 15n) * 0x1b873593n);
  let state = seed;
  for (let at = 0; at < bytes.length; at += 4) {
    const block = bytes.subarray(at, at + 4);
    const number = [...block].reduceRight((sum, byte) => (sum << 8n) | BigInt(byte), 0n);
    state ^= mix(number);
    if (block.length === 4) state = low(rotate(state, 13n) * 5n + 0xe6546b64n);
  }
  state ^= BigInt(bytes.length);
  state = low((state ^ (state >> 16n)) * 0x85ebca6bn);
  state = low((state ^ (state >> 13n)) * 0xc2b2ae35n);
  return state ^ (state >> 16n);
}
