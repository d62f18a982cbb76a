import type { Aggregator, EventOrder, FeatureValue } from './aggregator.ts';
import { type OrderedValue, decodeOrdered, encodeOrdered, isBefore, positionOf } from './event-order.ts';

/** The first non-null value in event order. No values: null. */
export const first = outermost(isBefore);

/** The last non-null value in event order. No values: null. */
export const last = outermost((a, b) => isBefore(b, a));

function outermost(isFurtherOut: (a: EventOrder, b: EventOrder) => boolean): Aggregator<OrderedValue | null> {
  return {
    empty: () => null,
    add(partial, value, at) {
      if (partial !== null && !isFurtherOut(at, partial.at)) return partial;
      return { value: value as FeatureValue, at: positionOf(at) };
    },
    merge: (partials) =>
      partials.reduce(
        (outer, placed) =>
          placed === null || (outer !== null && !isFurtherOut(placed.at, outer.at)) ? outer : placed,
        null,
      ),
    finish: (partial) => partial?.value ?? null,
    encode: (partial) => partial && encodeOrdered(partial),
    decode: (json) => (json === null ? null : decodeOrdered(json)),
  };
}
