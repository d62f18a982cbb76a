import type { Aggregator } from './aggregator.ts';
import { type HeldValue, bounded, isCut } from './bounded-text.ts';
import { type SmallestValues, keepSmallest, mergeSmallest } from './smallest-values.ts';

/**
 * The distinct non-null values in ascending order, at most the `bound` smallest, as a JSON list. Long texts
 * are cut. No values: `[]`.
 */
export function collectSet(bound: number): Aggregator<SmallestValues<HeldValue>> {
  return {
    empty: () => [],
    add: (partial, value) => keepSmallest(partial, bounded(value as HeldValue), bound),
    merge: (partials) => mergeSmallest(partials, bound),
    finish: (partial) => JSON.stringify(partial),
    isApproximate: (partial) => partial.some(isCut),
    encode: (partial) => partial,
    decode: (json) => json as HeldValue[],
  };
}
