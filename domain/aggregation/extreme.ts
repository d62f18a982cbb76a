import type { Aggregator } from './aggregator.ts';

type Extreme = number | bigint | null;

/** The smallest non-null value; of timestamps, in seconds since 1970. No values: null. */
export const min = extreme((a, b) => (b < a ? b : a));

/** The greatest non-null value; of timestamps, in seconds since 1970. No values: null. */
export const max = extreme((a, b) => (b > a ? b : a));

function extreme(outer: (a: number | bigint, b: number | bigint) => number | bigint): Aggregator<Extreme> {
  const either = (a: Extreme, b: Extreme) => (a === null || b === null ? (a ?? b) : outer(a, b));
  return {
    empty: () => null,
    add: (partial, value) => either(partial, value as number | bigint),
    merge: (partials) => partials.reduce(either, null),
    finish: (partial) => (typeof partial === 'bigint' ? Number(partial) / 1e6 : partial),
    encode: (partial) => (typeof partial === 'bigint' ? String(partial) : partial),
    decode: (json) => (typeof json === 'string' ? BigInt(json) : (json as number | null)),
  };
}
