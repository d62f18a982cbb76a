/**
 * The `bound` smallest distinct values seen, in ascending order: numbers by size, texts by their UTF-16 code
 * units. They depend only on the set of values, not on the order in which the values came.
 */
export type SmallestValues<Value> = Value[];

/** Adds a value, in place. */
export function keepSmallest<Value extends string | number>(
  kept: SmallestValues<Value>,
  value: Value,
  bound: number,
): SmallestValues<Value> {
  if (kept.length === bound && value > kept[bound - 1]!) return kept;
  let [from, to] = [0, kept.length];
  while (from < to) {
    const middle = (from + to) >>> 1;
    if (kept[middle]! < value) from = middle + 1;
    else to = middle;
  }
  if (kept[from] === value) return kept;
  kept.splice(from, 0, value);
  if (kept.length > bound) kept.pop();
  return kept;
}

export function mergeSmallest<Value extends string | number>(
  all: readonly SmallestValues<Value>[],
  bound: number,
): SmallestValues<Value> {
  const [first = [], ...others] = all;
  return others.flat().reduce((kept, value) => keepSmallest(kept, value, bound), [...first]);
}
