import type { Aggregator } from './aggregator.ts';

interface Truths {
  readonly all: number;
  readonly true: number;
}

/** How many of the non-null truth values are true, divided by how many there are. No values: 0. */
export const share: Aggregator<Truths> = {
  empty: () => ({ all: 0, true: 0 }),
  add: (partial, value) => ({ all: partial.all + 1, true: partial.true + (value === true ? 1 : 0) }),
  merge: (partials) => ({
    all: partials.reduce((total, { all }) => total + all, 0),
    true: partials.reduce((total, partial) => total + partial.true, 0),
  }),
  finish: (partial) => (partial.all === 0 ? 0 : partial.true / partial.all),
  encode: (partial) => [partial.true, partial.all],
  decode(json) {
    const [isTrue, all] = json as [number, number];
    return { all, true: isTrue };
  },
};
