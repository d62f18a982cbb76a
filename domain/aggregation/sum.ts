import type { Aggregator } from './aggregator.ts';
import { type Decimal, ZERO, decimalOf, decodeDecimal, encodeDecimal, plus, toDouble } from './decimal.ts';

/** The exact sum, rounded to a double once, at the end. No values: 0. */
export const sum: Aggregator<Decimal> = {
  empty: () => ZERO,
  add: (partial, value) => plus(partial, decimalOf(value as number | string)),
  merge: (partials) => partials.reduce(plus, ZERO),
  finish: toDouble,
  encode: encodeDecimal,
  decode: decodeDecimal,
};
