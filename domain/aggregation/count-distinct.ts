import type { Aggregator } from './aggregator.ts';

/** The exact number of distinct non-null values. No values: 0. */
export const countDistinct: Aggregator<ReadonlySet<string>> = {
  empty: () => new Set(),
  add: (partial, value) => (partial as Set<string>).add(String(value)),
  merge([first, ...rest]) {
    const merged = new Set(first);
    for (const partial of rest) for (const value of partial) merged.add(value);
    return merged;
  },
  finish: (partial) => partial.size,
  encode: (partial) => [...partial].sort(),
  decode: (json) => new Set(json as string[]),
};
