import type { Aggregator } from './aggregator.ts';
import { hash53 } from './hash.ts';
import { type SmallestValues, keepSmallest, mergeSmallest } from './smallest-values.ts';

/** The number of hashes in a sketch. The standard error is 1 / √(HASHES − 2), about 3.1 %. */
const HASHES = 1024;

/**
 * The approximate number of distinct non-null values. It is exact below 1,024. From there on it is estimated
 * from the density of the 1,024 smallest hashes (k minimum values, the ancestor of theta sketches). A sketch
 * is a set of smallest values, so sketches merge exactly.
 */
export const approxCountDistinct: Aggregator<SmallestValues<number>> = {
  empty: () => [],
  add: (partial, value) => keepSmallest(partial, hash53(String(value)), HASHES),
  merge: (partials) => mergeSmallest(partials, HASHES),
  finish: (partial) =>
    partial.length < HASHES
      ? partial.length
      : Math.round((HASHES - 1) / ((partial[HASHES - 1]! + 1) / 2 ** 53)),
  encode: (partial) => partial,
  decode: (json) => json as number[],
};
