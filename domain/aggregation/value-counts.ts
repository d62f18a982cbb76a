import type { HeldValue } from './bounded-text.ts';

/** The number of occurrences of each value. */
export type ValueCounts<Value> = Map<Value, number>;

export function countValue<Value>(counts: ValueCounts<Value>, value: Value, times = 1): ValueCounts<Value> {
  return counts.set(value, (counts.get(value) ?? 0) + times);
}

export function mergeCounts<Value>(all: readonly ValueCounts<Value>[]): ValueCounts<Value> {
  const [first = [], ...others] = all;
  const merged = new Map(first);
  for (const counts of others) for (const [value, times] of counts) countValue(merged, value, times);
  return merged;
}

/**
 * The values with their counts in ascending order: numbers by size, texts by their UTF-16 code units, false
 * before true.
 */
export function inOrder<Value extends HeldValue>(counts: ValueCounts<Value>): [Value, number][] {
  return [...counts].sort(([a], [b]) => (a < b ? -1 : 1));
}
