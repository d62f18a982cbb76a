import type { Aggregator, FeatureValue } from './aggregator.ts';
import { type Placed, decodePlaced, encodePlaced, isBefore } from './position.ts';

/** The last `k` non-null values in event order, the newest at the end, as a JSON list. No values: `[]`. */
export function lastK(k: number): Aggregator<Placed[]> {
  return {
    empty: () => [],
    add: (partial, value, { eventTs, partition, offset }) =>
      keep(partial, { value: value as FeatureValue, at: { eventTs, partition, offset } }, k),
    merge(partials) {
      const [first = [], ...others] = partials;
      return others.flat().reduce((kept, placed) => keep(kept, placed, k), [...first]);
    },
    finish: (partial) => JSON.stringify(partial.map(({ value }) => value)),
    encode: (partial) => partial.map(encodePlaced),
    decode: (json) => (json as unknown[]).map(decodePlaced),
  };
}

/**
 * Inserts a value in event order and drops the oldest beyond `k`. Starts at the end, where most values go.
 */
function keep(kept: Placed[], placed: Placed, k: number): Placed[] {
  let index = kept.length;
  while (index > 0 && isBefore(placed.at, kept[index - 1]!.at)) index -= 1;
  kept.splice(index, 0, placed);
  if (kept.length > k) kept.shift();
  return kept;
}
