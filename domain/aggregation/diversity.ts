import type { Aggregator } from './aggregator.ts';
import type { CountedValues } from './counted-values.ts';
import { quotientToDouble } from './decimal.ts';
import type { ExactLimits } from './exact-limits.ts';
import { histogram } from './histogram.ts';

/**
 * 1 − Σ p², where p is the share of each value among the non-null values, or among those of a sample beyond
 * the limits: how probably two values that are drawn at random (with replacement) differ. No values: 0. Its
 * partials are those of a histogram.
 */
export function diversity(limits: ExactLimits): Aggregator<CountedValues> {
  return {
    ...histogram(limits),
    finish({ counts }) {
      let [all, squares] = [0n, 0n];
      for (const times of counts.values()) {
        all += BigInt(times);
        squares += BigInt(times) ** 2n;
      }
      // (n² − Σ c²) / n², as one quotient of whole numbers.
      return all === 0n ? 0 : quotientToDouble(all ** 2n - squares, all ** 2n);
    },
  };
}
