import { decimalOf, decodeDecimal, encodeDecimal, plus, toDouble, ZERO, type Decimal } from '../decimal.ts';
import type { Aggregator } from './aggregator.ts';

/** The exact sum, rounded to a double once, at the end. 0 for nothing. */
export const sum: Aggregator<Decimal> = {
  empty: () => ZERO,
  add: (partial, value) => plus(partial, decimalOf(value as number)),
  merge: (partials) => partials.reduce(plus, ZERO),
  finish: toDouble,
  encode: encodeDecimal,
  decode: decodeDecimal,
};
