import Big from 'big.js';
import type { Aggregator } from './aggregator.ts';

/**
 * The exact sum: each number enters as its shortest round-trip decimal, additions are exact and so independent of
 * order, and the result is rounded to a double once, at the end. 0 for nothing.
 */
export const sum: Aggregator<Big> = {
  empty: () => new Big(0),
  add: (partial, value) => partial.plus(value),
  merge: (partials) => partials.reduce((total, partial) => total.plus(partial), new Big(0)),
  finish: (partial) => Number(partial.toString()) + 0, // a sum that rounds to −0 is 0
  encode: (partial) => partial.toString(),
  decode: (json) => new Big(String(json)),
};
