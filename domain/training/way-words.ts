import type { LookupCounts, TrainingSetWay, WayDifference } from './manifest.ts';

const WORDS: Record<TrainingSetWay, string> = {
  latest: 'the latest values',
  'as-known': 'what was known then',
  'as-served': 'what was served then',
};

/** What a lookup found, in words. */
export function countsInWords({ table, found, notFound, assumed = 0 }: LookupCounts): string {
  const known = assumed === 0 ? '' : `, ${assumed} of them assumed to be known since they were visible`;
  return `${table}: ${found} rows found${known}, ${notFound} not found`;
}

/** How a training set differs from another way, in words: how many rows, and which features by how much. */
export function differenceInWords({ way, rows, features, tables }: WayDifference, total: number): string {
  const than = `differ from ${WORDS[way]} in ${tables.join(', ')}`;
  if (rows === 0) return `no rows ${than}`;
  const each = features.map(({ feature, rows: differing, meanSize }) => {
    const size = meanSize === null ? '' : `, by ${meanSize} on average`;
    return `${feature} in ${share(differing, total)}${size}`;
  });
  return `${rows} of ${total} rows (${share(rows, total)}) ${than}: ${each.join('; ')}`;
}

function share(rows: number, total: number): string {
  return `${Number(((rows / total) * 100).toPrecision(3))} %`;
}
