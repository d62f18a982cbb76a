import type { Aggregator } from './aggregator.ts';
import type { HeldValue } from './bounded-text.ts';
import type { CountedValues } from './counted-values.ts';
import type { ExactLimits } from './exact-limits.ts';
import { histogram } from './histogram.ts';

/**
 * The most frequent non-null value, or that of a sample of the values beyond the limits. Of equally frequent
 * values, the least: numbers by size, texts by their UTF-16 code units, false before true. No values: null. Its partials are
 * those of a histogram.
 */
export function mostFrequent(limits: ExactLimits): Aggregator<CountedValues> {
  return {
    ...histogram(limits),
    finish({ counts }) {
      let [most, mostTimes]: [HeldValue | null, number] = [null, 0];
      for (const [value, times] of counts) {
        const isLess = most === null || value < most;
        if (times > mostTimes || (times === mostTimes && isLess)) [most, mostTimes] = [value, times];
      }
      return most;
    },
  };
}
