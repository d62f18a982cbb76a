import { uniformFloat32 } from 'pure-rand/distribution/uniformFloat32';
import { uniformInt } from 'pure-rand/distribution/uniformInt';
import { xoroshiro128plus } from 'pure-rand/generator/xoroshiro128plus';

/** A stream of random choices that its seed fixes. */
export interface Random {
  /** True in this share of cases; always from 1 up, never from 0 down. */
  chance(probability: number): boolean;
  /** A whole number from `from` to `to`, both included. */
  whole(from: number, to: number): number;
  /** A number in `[from, to)`. */
  between(from: number, to: number): number;
  pick<T>(choices: readonly T[]): T;
}

/**
 * Each `purpose` has a stream of its own, so that a choice more in one place (a late record, say) shifts nothing in
 * another. Everything is drawn with whole numbers and the four operations of arithmetic: unlike `Math.exp` or
 * `Math.pow`, these give the same bits in every engine and on every machine.
 */
export function randomFor(seed: number, purpose: string): Random {
  const generator = xoroshiro128plus(hash(`${seed}/${purpose}`));
  // The generator starts from a nearly empty state and needs a few steps to mix it.
  for (let step = 0; step < 16; step += 1) generator.next();
  return {
    chance: (probability) => uniformFloat32(generator) < probability,
    whole: (from, to) => uniformInt(generator, from, to),
    between: (from, to) => from + uniformFloat32(generator) * (to - from),
    pick: (choices) => choices[uniformInt(generator, 0, choices.length - 1)]!,
  };
}

/** FNV-1a with MurmurHash3's last mixing steps: texts that differ little give numbers that differ much. */
function hash(text: string): number {
  let bits = 0x811c9dc5;
  for (let index = 0; index < text.length; index += 1) {
    bits = Math.imul(bits ^ text.charCodeAt(index), 0x01000193);
  }
  bits = Math.imul(bits ^ (bits >>> 16), 0x85ebca6b);
  bits = Math.imul(bits ^ (bits >>> 13), 0xc2b2ae35);
  return bits ^ (bits >>> 16);
}
