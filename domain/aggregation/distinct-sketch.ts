import { hash53 } from './hash.ts';
import { type SmallestValues, keepSmallest, mergeSmallest } from './smallest-values.ts';

/** The number of hashes in a sketch. The standard error is 1 / √(HASHES − 2), about 3.1 %. */
const HASHES = 1024;

/**
 * The 1,024 smallest hashes of some values (k minimum values, the ancestor of theta sketches). A sketch is a
 * set of smallest values, so sketches merge exactly.
 */
export type DistinctSketch = SmallestValues<number>;

/** Adds a value, in place. */
export function addToSketch(sketch: DistinctSketch, value: string): DistinctSketch {
  return keepSmallest(sketch, hash53(value), HASHES);
}

export function mergeSketches(sketches: readonly DistinctSketch[]): DistinctSketch {
  return mergeSmallest(sketches, HASHES);
}

export function sketchOf(values: Iterable<string>): DistinctSketch {
  const hashes = Float64Array.from(values, hash53).sort();
  return [...hashes.filter((hash, index) => hash !== hashes[index - 1]).subarray(0, HASHES)];
}

/** The number of distinct values: exact below 1,024, else from the density of the hashes. */
export function estimateDistinct(sketch: DistinctSketch): number {
  if (sketch.length < HASHES) return sketch.length;
  return Math.round((HASHES - 1) / ((sketch[HASHES - 1]! + 1) / 2 ** 53));
}
