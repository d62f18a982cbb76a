import type { Aggregator } from './aggregator.ts';
import { type Decimal, decimalOf, decodeDecimal, encodeDecimal, plus, quotientToDouble } from './decimal.ts';

/** The exact sum of each component. Empty if there are no vectors. */
interface VectorSums {
  readonly count: number;
  readonly sums: readonly Decimal[];
}

/**
 * The mean of vectors of one length, component by component: the exact sum divided by the number of vectors,
 * rounded to a double once. No vectors: null.
 */
export const meanVector: Aggregator<VectorSums> = {
  empty: () => ({ count: 0, sums: [] }),
  add: (partial, value) => together(partial, { count: 1, sums: (value as readonly number[]).map(decimalOf) }),
  merge: (partials) => partials.reduce(together, { count: 0, sums: [] }),
  finish: ({ count, sums }) =>
    count === 0
      ? null
      : sums.map(({ units, places }) => quotientToDouble(units, BigInt(count) * 10n ** BigInt(places))),
  encode: ({ count, sums }) => [count, sums.map(encodeDecimal)],
  decode(json) {
    const [count, sums] = json as [number, unknown[]];
    return { count, sums: sums.map(decodeDecimal) };
  },
};

function together(a: VectorSums, b: VectorSums): VectorSums {
  if (a.count === 0 || b.count === 0) return a.count === 0 ? b : a;
  return { count: a.count + b.count, sums: a.sums.map((sum, index) => plus(sum, b.sums[index]!)) };
}
