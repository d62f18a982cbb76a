import type { Aggregator } from './aggregator.ts';
import { type HeldValue, bounded, isCut } from './bounded-text.ts';
import { type OrderedValue, decodeOrdered, encodeOrdered, isBefore, positionOf } from './event-order.ts';

/**
 * The last `k` non-null values in event order, the newest at the end, as a JSON list. Long texts are cut. No
 * values: `[]`.
 */
export function lastK(k: number): Aggregator<OrderedValue[]> {
  return {
    empty: () => [],
    add: (partial, value, at) => keep(partial, { value: bounded(value as HeldValue), at: positionOf(at) }, k),
    merge(partials) {
      const [first = [], ...others] = partials;
      return others.flat().reduce((taken, placed) => keep(taken, placed, k), [...first]);
    },
    finish: (partial) => JSON.stringify(partial.map(({ value }) => value)),
    isApproximate: (partial) => partial.some(({ value }) => isCut(value)),
    encode: (partial) => partial.map(encodeOrdered),
    decode: (json) => (json as unknown[]).map(decodeOrdered),
  };
}

/**
 * Inserts a value in event order and drops the oldest beyond `k`. Starts at the end, where most values go.
 */
function keep(taken: OrderedValue[], placed: OrderedValue, k: number): OrderedValue[] {
  let index = taken.length;
  while (index > 0 && isBefore(placed.at, taken[index - 1]!.at)) index -= 1;
  taken.splice(index, 0, placed);
  if (taken.length > k) taken.shift();
  return taken;
}
