import type { Aggregator } from './aggregator.ts';
import type { HeldValue } from './bounded-text.ts';
import {
  type CountedValues,
  addCounted,
  decodeCounted,
  encodeCounted,
  isBounded,
  mergeCounted,
  noValues,
} from './counted-values.ts';
import type { ExactLimits } from './exact-limits.ts';
import { inOrder } from './value-counts.ts';

/**
 * The number of occurrences of each non-null value, or of a sample of the values beyond the limits, as a JSON
 * object with its members in the order of the values. No values: `{}`.
 */
export function histogram(limits: ExactLimits): Aggregator<CountedValues> {
  return {
    empty: noValues,
    add: (partial, value) => addCounted(partial, value as HeldValue, limits),
    merge: (partials) => mergeCounted(partials, limits),
    finish({ counts }) {
      const members = inOrder(counts).map(([value, times]) => `${JSON.stringify(String(value))}:${times}`);
      return `{${members.join(',')}}`;
    },
    isApproximate: isBounded,
    encode: encodeCounted,
    decode: (json) => decodeCounted(json, limits),
  };
}

/**
 * The `k` most frequent non-null values, or those of a sample of the values beyond the limits, as a JSON list,
 * the most frequent first, ties in the order of the values. No values: `[]`.
 */
export function topK(k: number, limits: ExactLimits): Aggregator<CountedValues> {
  return {
    ...histogram(limits),
    finish: ({ counts }) =>
      JSON.stringify(
        inOrder(counts)
          .sort(([, a], [, b]) => b - a)
          .slice(0, k)
          .map(([value]) => value),
      ),
  };
}
