/** A version of a feature row, and the sequence of the write that made it. Later versions of a row come later. */
export interface RowVersion {
  readonly key: string;
  readonly featureTs: bigint;
  readonly sequence: number;
  readonly values: readonly (string | number | null)[];
}

export interface Published {
  readonly sequence: number;
  readonly at: bigint;
}

/**
 * What a look-up as of a moment has to give, by trying every row: among the versions that had been published by then,
 * the visible row with the greatest `feature_ts`. `unpublished` where nothing had been.
 */
export function served(
  versions: readonly RowVersion[],
  published: readonly Published[],
  key: string,
  asOf: bigint,
  { availableAfter, lookback }: { availableAfter: bigint; lookback: bigint | null },
): RowVersion | 'unpublished' | undefined {
  const last = published.findLast(({ at }) => at <= asOf);
  if (!last) return 'unpublished';
  let best: RowVersion | undefined;
  for (const row of versions) {
    if (row.key !== key || row.sequence > last.sequence) continue;
    if (row.featureTs + availableAfter > asOf) continue;
    if (lookback !== null && row.featureTs <= asOf - lookback) continue;
    if (!best || row.featureTs >= best.featureTs) best = row;
  }
  return best;
}
