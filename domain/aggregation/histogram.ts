import type { Aggregator } from './aggregator.ts';
import { type ValueCounts, countValue, inOrder, mergeCounts } from './value-counts.ts';

type Counts = ValueCounts<string | number>;

/**
 * The number of occurrences of each non-null value, as a JSON object with its members in the order of the
 * values. No values: `{}`.
 */
export const histogram: Aggregator<Counts> = {
  empty: () => new Map(),
  add: (partial, value) => countValue(partial, value as string | number),
  merge: mergeCounts,
  finish(partial) {
    const members = inOrder(partial).map(([value, times]) => `${JSON.stringify(String(value))}:${times}`);
    return `{${members.join(',')}}`;
  },
  encode: inOrder,
  decode: (json) => new Map(json as [string | number, number][]),
};

/**
 * The `k` most frequent non-null values as a JSON list, the most frequent first, ties in the order of the
 * values. No values: `[]`.
 */
export function topK(k: number): Aggregator<Counts> {
  return {
    ...histogram,
    finish: (partial) =>
      JSON.stringify(
        inOrder(partial)
          .sort(([, a], [, b]) => b - a)
          .slice(0, k)
          .map(([value]) => value),
      ),
  };
}
