import type { Aggregator } from './aggregator.ts';
import {
  type Decimal,
  ZERO,
  decimalOf,
  decodeDecimal,
  encodeDecimal,
  plus,
  quotientToDouble,
} from './decimal.ts';

interface Mean {
  readonly count: number;
  readonly sum: Decimal;
}

/** The exact sum divided by the number of values, rounded to a double once. No values: null. */
export const mean: Aggregator<Mean> = {
  empty: () => ({ count: 0, sum: ZERO }),
  add: ({ count, sum }, value) => ({ count: count + 1, sum: plus(sum, decimalOf(value as number | string)) }),
  merge: (partials) => ({
    count: partials.reduce((total, { count }) => total + count, 0),
    sum: partials.reduce((total, { sum }) => plus(total, sum), ZERO),
  }),
  finish: ({ count, sum }) =>
    count === 0 ? null : quotientToDouble(sum.units, BigInt(count) * 10n ** BigInt(sum.places)),
  encode: ({ count, sum }) => [count, encodeDecimal(sum)],
  decode(json) {
    const [count, sum] = json as [number, unknown];
    return { count, sum: decodeDecimal(sum) };
  },
};
