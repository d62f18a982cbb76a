import { uniformFloat32 } from 'pure-rand/distribution/uniformFloat32';
import { uniformInt } from 'pure-rand/distribution/uniformInt';
import { xoroshiro128plus } from 'pure-rand/generator/xoroshiro128plus';

/** A sequence of random choices that the seed determines. */
export interface Random {
  /** True with this probability: always for 1 or more, never for 0 or less. */
  chance(probability: number): boolean;
  /** A whole number from `from` to `to`, both included. */
  whole(from: number, to: number): number;
  /** A number in `[from, to)`. */
  between(from: number, to: number): number;
  pick<T>(choices: readonly T[]): T;
}

/**
 * The random choices for a purpose. Each `purpose` has a sequence of its own, so that an additional choice
 * for one purpose, such as a late record, does not change the choices for another. All draws use whole
 * numbers and the four operations of arithmetic. Unlike `Math.exp` or `Math.pow`, these give the same bits in
 * every engine and on every machine.
 */
export function randomFor(seed: number, purpose: string): Random {
  const generator = xoroshiro128plus(hash(`${seed}/${purpose}`));
  // The generator's first state has few bits set and needs some steps to mix them.
  for (let step = 0; step < 16; step += 1) generator.next();
  return {
    chance: (probability) => uniformFloat32(generator) < probability,
    whole: (from, to) => uniformInt(generator, from, to),
    between: (from, to) => from + uniformFloat32(generator) * (to - from),
    pick: (choices) => choices[uniformInt(generator, 0, choices.length - 1)]!,
  };
}

/** FNV-1a with the final mixing steps of MurmurHash3, so that similar texts give very different numbers. */
function hash(text: string): number {
  let bits = 0x811c9dc5;
  for (let index = 0; index < text.length; index += 1) {
    bits = Math.imul(bits ^ text.charCodeAt(index), 0x01000193);
  }
  bits = Math.imul(bits ^ (bits >>> 16), 0x85ebca6b);
  bits = Math.imul(bits ^ (bits >>> 13), 0xc2b2ae35);
  return bits ^ (bits >>> 16);
}
