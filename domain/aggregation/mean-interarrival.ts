import type { Instant } from '../time/instant.ts';
import type { Aggregator } from './aggregator.ts';
import { quotientToDouble } from './decimal.ts';

/** How many events there are, and the times of the first and the last. Null: there are none. */
type Arrivals = { readonly count: number; readonly first: Instant; readonly last: Instant } | null;

const MICROS_PER_SECOND = 1_000_000n;

/**
 * The mean time between one event and the next, in seconds: (last − first) / (n − 1), rounded to a double
 * once. Fewer than two events: null.
 */
export const meanInterarrival: Aggregator<Arrivals> = {
  empty: () => null,
  add: (partial, _value, { eventTs }) => together(partial, { count: 1, first: eventTs, last: eventTs }),
  merge: (partials) => partials.reduce(together, null),
  finish(partial) {
    if (partial === null || partial.count < 2) return null;
    return quotientToDouble(partial.last - partial.first, BigInt(partial.count - 1) * MICROS_PER_SECOND);
  },
  encode: (partial) => partial && [partial.count, String(partial.first), String(partial.last)],
  decode(json) {
    if (json === null) return null;
    const [count, first, last] = json as [number, string, string];
    return { count, first: BigInt(first), last: BigInt(last) };
  },
};

function together(a: Arrivals, b: Arrivals): Arrivals {
  if (a === null || b === null) return a ?? b;
  return {
    count: a.count + b.count,
    first: a.first < b.first ? a.first : b.first,
    last: a.last > b.last ? a.last : b.last,
  };
}
