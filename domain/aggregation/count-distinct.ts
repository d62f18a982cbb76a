import type { Aggregator } from './aggregator.ts';
import {
  type DistinctSketch,
  addToSketch,
  estimateDistinct,
  mergeSketches,
  sketchOf,
} from './distinct-sketch.ts';
import type { ExactLimits } from './exact-limits.ts';

interface ExactValues {
  readonly values: Set<string>;
  /** The length of the values together. */
  units: number;
}

interface Sketched {
  readonly sketch: DistinctSketch;
}

/**
 * All values, or their sketch if they are beyond the limits. A set with a part beyond the limits is beyond
 * them too, so which of the two a partial is depends on its values alone, not on how these were merged.
 */
type DistinctValues = ExactValues | Sketched;

/** The number of distinct non-null values: exact within the limits, else an estimate. No values: 0. */
export function countDistinct(limits: ExactLimits): Aggregator<DistinctValues> {
  const isWithin = ({ values, units }: ExactValues): boolean =>
    values.size <= limits.values && units <= limits.units;
  const limited = (exact: ExactValues): DistinctValues =>
    isWithin(exact) ? exact : { sketch: sketchOf(exact.values) };
  return {
    empty: () => ({ values: new Set(), units: 0 }),
    add(partial, value) {
      if ('sketch' in partial) {
        addToSketch(partial.sketch, String(value));
        return partial;
      }
      addTo(partial, String(value));
      return limited(partial);
    },
    merge(partials) {
      const exact = partials.filter((partial) => 'values' in partial);
      if (exact.length === partials.length) {
        const merged = mergeExact(exact, isWithin);
        if (isWithin(merged)) return merged;
      }
      return {
        sketch: mergeSketches(
          partials.map((partial) => ('sketch' in partial ? partial.sketch : sketchOf(partial.values))),
        ),
      };
    },
    finish: (partial) => ('sketch' in partial ? estimateDistinct(partial.sketch) : partial.values.size),
    isApproximate: (partial) => 'sketch' in partial,
    encode: (partial) => ('sketch' in partial ? partial : [...partial.values].sort()),
    decode(json) {
      if (!Array.isArray(json)) return json as Sketched;
      const values = json as string[];
      return limited({ values: new Set(values), units: unitsOf(values) });
    },
  };
}

/** Merges exact values, as long as the result is within the limits. */
function mergeExact(
  [first, ...others]: readonly ExactValues[],
  isWithin: (values: ExactValues) => boolean,
): ExactValues {
  const merged: ExactValues = { values: new Set(first?.values), units: first?.units ?? 0 };
  for (const { values } of others) {
    for (const value of values) addTo(merged, value);
    if (!isWithin(merged)) break;
  }
  return merged;
}

function addTo(exact: ExactValues, value: string): void {
  const { size } = exact.values;
  if (exact.values.add(value).size > size) exact.units += value.length;
}

function unitsOf(values: readonly string[]): number {
  return values.reduce((units, { length }) => units + length, 0);
}
