import { type HeldValue, bounded, isCut } from './bounded-text.ts';
import type { ExactLimits } from './exact-limits.ts';
import { hash53 } from './hash.ts';
import { type ValueCounts, countValue, inOrder, mergeCounts } from './value-counts.ts';

/**
 * The counts of all values; or, if the values are beyond the limits, of a sample: those with the smallest
 * hashes. A value of the sample of a set is also in the sample of each part that has it. So its count is
 * exact, and the sample depends on the values alone, not on how these were merged.
 */
export interface CountedValues {
  readonly counts: ValueCounts<HeldValue>;
  /** The length of the values together. */
  readonly units: number;
  /** The greatest hash of the sample, above which no value is counted. Undefined: all values are counted. */
  readonly sampledTo: number | undefined;
}

export const noValues = (): CountedValues => ({ counts: new Map(), units: 0, sampledTo: undefined });

/** Counts a value, in place. */
export function addCounted(partial: CountedValues, value: HeldValue, limits: ExactLimits): CountedValues {
  const counted = bounded(value);
  const { counts, units, sampledTo } = partial;
  if (sampledTo !== undefined && hashOf(counted) > sampledTo) return partial;
  const { size } = counts;
  countValue(counts, counted);
  if (counts.size === size) return partial;
  return limited({ counts, units: units + String(counted).length, sampledTo }, limits);
}

export function mergeCounted(partials: readonly CountedValues[], limits: ExactLimits): CountedValues {
  const counts = mergeCounts(partials.map((partial) => partial.counts));
  const isSampled = partials.some(({ sampledTo }) => sampledTo !== undefined);
  return isSampled ? sampled(counts, limits) : limited(allOf(counts), limits);
}

/** Whether the counts are not those of all values as they came: values are left out, or long texts are cut. */
export function isBounded({ counts, sampledTo }: CountedValues): boolean {
  if (sampledTo !== undefined) return true;
  for (const value of counts.keys()) if (isCut(value)) return true;
  return false;
}

export function encodeCounted({ counts, sampledTo }: CountedValues): unknown {
  return sampledTo === undefined ? inOrder(counts) : { sample: inOrder(counts) };
}

export function decodeCounted(json: unknown, limits: ExactLimits): CountedValues {
  if (!Array.isArray(json))
    return sampled(new Map((json as { sample: [HeldValue, number][] }).sample), limits);
  const counts: ValueCounts<HeldValue> = new Map();
  for (const [value, times] of json as [HeldValue, number][]) countValue(counts, bounded(value), times);
  return limited(allOf(counts), limits);
}

function allOf(counts: ValueCounts<HeldValue>): CountedValues {
  let units = 0;
  for (const value of counts.keys()) units += String(value).length;
  return { counts, units, sampledTo: undefined };
}

function limited(values: CountedValues, limits: ExactLimits): CountedValues {
  const { counts, units, sampledTo } = values;
  const isWithin = counts.size <= limits.values && units <= limits.units;
  return sampledTo === undefined && isWithin ? values : sampled(counts, limits);
}

/** Leaves the sample in `counts`. */
function sampled(counts: ValueCounts<HeldValue>, { sample }: ExactLimits): CountedValues {
  const hashes = new Map([...counts.keys()].map((value) => [value, hashOf(value)]));
  const ordered = Float64Array.from(new Set(hashes.values())).sort();
  const sampledTo = ordered[sample - 1] ?? Infinity;
  for (const [value, hash] of hashes) if (hash > sampledTo) counts.delete(value);
  return { counts, units: 0, sampledTo };
}

function hashOf(value: HeldValue): number {
  return hash53(String(value));
}
