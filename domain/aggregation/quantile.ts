import type { Aggregator } from './aggregator.ts';
import { type ValueCounts, countValue, inOrder, mergeCounts } from './value-counts.ts';

/** The greatest relative error of a quantile. */
const ACCURACY = 0.01;
const GAMMA = (1 + ACCURACY) / (1 - ACCURACY);
/**
 * Makes the bin of the smallest double above zero positive, so that bins are in the order of values, with
 * zero in bin 0.
 */
const SHIFT = 40_000;

/**
 * The non-null value of rank ⌊q (n − 1)⌋ in ascending order, within 1 %. No values: null. The partial is a
 * DDSketch that never collapses bins: it counts values by bins whose bounds grow by γ, so partials merge
 * exactly.
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
