import type { Aggregator } from './aggregator.ts';

/** The number of non-null values, or of events if the feature names no field. No values: 0. */
export const count: Aggregator<number> = {
  empty: () => 0,
  add: (partial) => partial + 1,
  merge: (partials) => partials.reduce((total, partial) => total + partial, 0),
  finish: (partial) => partial,
  encode: (partial) => partial,
  decode: Number,
};
