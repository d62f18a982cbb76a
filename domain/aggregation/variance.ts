import type { Aggregator } from './aggregator.ts';
import {
  type Decimal,
  ZERO,
  decimalOf,
  decodeDecimal,
  encodeDecimal,
  plus,
  quotientToDouble,
  times,
  unitsAt,
} from './decimal.ts';

interface Moments {
  readonly count: number;
  readonly sum: Decimal;
  readonly squares: Decimal;
}

/** The population variance of the values, exact and rounded to a double once. No values: null. */
export const variance: Aggregator<Moments> = {
  empty: () => ({ count: 0, sum: ZERO, squares: ZERO }),
  add({ count, sum, squares }, value) {
    const decimal = decimalOf(value as number | string);
    return {
      count: count + 1,
      sum: plus(sum, decimal),
      squares: plus(squares, times(decimal, decimal)),
    };
  },
  merge: (partials) => ({
    count: partials.reduce((total, { count }) => total + count, 0),
    sum: partials.reduce((total, { sum }) => plus(total, sum), ZERO),
    squares: partials.reduce((total, { squares }) => plus(total, squares), ZERO),
  }),
  finish: varianceOf,
  encode: ({ count, sum, squares }) => [count, encodeDecimal(sum), encodeDecimal(squares)],
  decode(json) {
    const [count, sum, squares] = json as [number, unknown, unknown];
    return { count, sum: decodeDecimal(sum), squares: decodeDecimal(squares) };
  },
};

/** The square root of the variance. No values: null. */
export const stddev: Aggregator<Moments> = {
  ...variance,
  finish(partial) {
    const value = varianceOf(partial);
    return value === null ? null : Math.sqrt(value);
  },
};

/** (n Σx² − (Σx)²) / n², as one quotient of whole numbers. */
function varianceOf({ count, sum, squares }: Moments): number | null {
  if (count === 0) return null;
  const n = BigInt(count);
  const places = Math.max(2 * sum.places, squares.places);
  const numerator = n * unitsAt(places, squares) - unitsAt(places, times(sum, sum));
  return quotientToDouble(numerator, n * n * 10n ** BigInt(places));
}
