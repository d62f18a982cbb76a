import type { Random } from './random.ts';

/** A function that draws from `choices` in proportion to their weights. */
export function weighted<T>(
  choices: readonly T[],
  weightOf: (choice: T, index: number) => number,
): (random: Random) => T {
  let total = 0;
  const bounds = choices.map((choice, index) => (total += weightOf(choice, index)));
  return (random) => choices[firstAbove(bounds, random.between(0, total))]!;
}

/** The index of the first bound above `value`; the last index if rounding leaves none. */
function firstAbove(bounds: readonly number[], value: number): number {
  let low = 0;
  let high = bounds.length - 1;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (bounds[middle]! > value) high = middle;
    else low = middle + 1;
  }
  return low;
}
