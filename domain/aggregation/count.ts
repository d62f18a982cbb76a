import type { Aggregator } from './aggregator.ts';

/** How many non-null values there were (events, where no field is named). 0 for nothing. */
export const count: Aggregator<number> = {
  empty: () => 0,
  add: (partial) => partial + 1,
  merge: (partials) => partials.reduce((total, partial) => total + partial, 0),
  finish: (partial) => partial,
  encode: (partial) => partial,
  decode: Number,
};
