/**
 * A version of a feature row, and the sequence of the write that made it. Newer versions of a row come later
 * in a list.
 */
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

/** The versions of all rows, and the publications in ascending order of their moments. */
interface ServedHistory {
  readonly versions: readonly RowVersion[];
  readonly published: readonly Published[];
}

/** Both in microseconds. Null: no lookback. */
interface VisibilityRules {
  readonly availableAfter: bigint;
  readonly lookback: bigint | null;
}

/**
 * What a lookup of a key as of a moment must give, by a check of every row: among the versions published by
 * then, the visible row with the greatest `feature_ts`. `unpublished` if nothing had been published by then.
 */
export function served(
  { versions, published }: ServedHistory,
  { key, asOf }: { readonly key: string; readonly asOf: bigint },
  { availableAfter, lookback }: VisibilityRules,
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
