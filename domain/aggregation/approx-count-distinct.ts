import type { Aggregator } from './aggregator.ts';
import { hash53 } from './hash.ts';
import { type SmallestValues, keepSmallest, mergeSmallest } from './smallest-values.ts';

/** How many hashes a sketch keeps: the standard error is 1 / √(HASHES − 2), about 3.1 %. */
const HASHES = 1024;

/**
 * About how many different non-null values there were: exact below 1,024, then by how densely the 1,024 smallest hashes
 * lie (k minimum values, the ancestor of theta sketches). A sketch is a set of smallest values, so it merges exactly.
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
