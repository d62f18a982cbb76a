import type { Aggregator } from './aggregator.ts';
import { type DistinctSketch, addToSketch, estimateDistinct, mergeSketches } from './distinct-sketch.ts';

/** The approximate number of distinct non-null values. It is exact below 1,024. */
export const approxCountDistinct: Aggregator<DistinctSketch> = {
  empty: () => [],
  add: (partial, value) => addToSketch(partial, String(value)),
  merge: mergeSketches,
  finish: estimateDistinct,
  encode: (partial) => partial,
  decode: (json) => json as number[],
};
