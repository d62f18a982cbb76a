import type { Aggregator } from './aggregator.ts';

/** How many different non-null values there were, exactly. 0 for nothing. */
export const countDistinct: Aggregator<ReadonlySet<string>> = {
  empty: () => new Set(),
  add: (partial, value) => (partial as Set<string>).add(String(value)),
  merge: (partials) => new Set(partials.flatMap((partial) => [...partial])),
  finish: (partial) => partial.size,
  encode: (partial) => [...partial].sort(),
  decode: (json) => new Set(json as string[]),
};
