import type { HeldValue } from './bounded-text.ts';

/**
 * The `bound` smallest distinct values seen, in ascending order: numbers by size, texts by their UTF-16 code
 * units, false before true. They depend only on the set of values, not on the order in which the values came.
 */
export type SmallestValues<Value> = Value[];

/** Adds a value, in place. */
export function keepSmallest<Value extends HeldValue>(
  taken: SmallestValues<Value>,
  value: Value,
  bound: number,
): SmallestValues<Value> {
  if (taken.length === bound && value > taken[bound - 1]!) return taken;
  let [from, to] = [0, taken.length];
  while (from < to) {
    const middle = (from + to) >>> 1;
    if (taken[middle]! < value) from = middle + 1;
    else to = middle;
  }
  if (taken[from] === value) return taken;
  taken.splice(from, 0, value);
  if (taken.length > bound) taken.pop();
  return taken;
}

export function mergeSmallest<Value extends HeldValue>(
  all: readonly SmallestValues<Value>[],
  bound: number,
): SmallestValues<Value> {
  const [first = [], ...others] = all;
  return others.flat().reduce((taken, value) => keepSmallest(taken, value, bound), [...first]);
}
