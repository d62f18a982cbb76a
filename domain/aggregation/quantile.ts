import type { Aggregator } from './aggregator.ts';
import { type ValueCounts, countValue, inOrder, mergeCounts } from './value-counts.ts';

/** How far a quantile may be off, as a share of its value. */
const ACCURACY = 0.01;
const GAMMA = (1 + ACCURACY) / (1 - ACCURACY);
/** Makes the bin of the smallest double above zero positive, so that bins are in the order of values, zero at 0. */
const SHIFT = 40_000;

/**
 * The value that a share `q` of the non-null values does not exceed, within 1 %: that of rank ⌊q (n − 1)⌋ in order. Null
 * for nothing. A DDSketch that never folds bins together: whole counts by bins whose bounds grow by γ, so it merges exactly.
 */
export function quantile(q: number): Aggregator<ValueCounts<number>> {
  return {
    empty: () => new Map(),
    add: (partial, value) => countValue(partial, binOf(value as number)),
    merge: mergeCounts,
    finish(partial) {
      const bins = inOrder(partial);
      const rank = Math.floor(q * (bins.reduce((total, [, times]) => total + times, 0) - 1));
      let below = 0;
      for (const [bin, times] of bins) if ((below += times) > rank) return middleOf(bin);
      return null;
    },
    encode: inOrder,
    decode: (json) => new Map(json as [number, number][]),
  };
}

function binOf(value: number): number {
  if (value === 0) return 0;
  return Math.sign(value) * (SHIFT + Math.ceil(Math.log(Math.abs(value)) / Math.log(GAMMA)));
}

/** The value that is within the accuracy of all values of a bin. */
function middleOf(bin: number): number {
  if (bin === 0) return 0;
  return (Math.sign(bin) * 2 * GAMMA ** (Math.abs(bin) - SHIFT)) / (GAMMA + 1);
}
