export type Value = string | number | bigint | boolean | null;

/** A row of a feature table. */
export interface StoredRow {
  readonly key: readonly string[];
  /** Microseconds since 1970. */
  readonly feature_ts: bigint;
  readonly values: readonly Value[];
}

export interface LookupRules {
  /** Microseconds. */
  readonly availableAfter: bigint;
  /** Microseconds. Null: no lookback. */
  readonly lookback: bigint | null;
  readonly defaults: readonly Value[];
}

/**
 * What a lookup gives for one key as of one moment, from the rule alone: the newest of the key's rows that
 * are visible and not too old. Without such a row, the defaults.
 */
export function lookUp(
  table: readonly StoredRow[],
  { availableAfter, lookback, defaults }: LookupRules,
  key: readonly string[],
  moment: bigint,
): { found: boolean; values: readonly Value[] } {
  let newest: StoredRow | null = null;
  for (const row of table) {
    if (row.key.join('\0') !== key.join('\0')) continue;
    if (row.feature_ts + availableAfter > moment) continue;
    if (lookback !== null && row.feature_ts <= moment - lookback) continue;
    if (newest === null || row.feature_ts > newest.feature_ts) newest = row;
  }
  return newest === null ? { found: false, values: defaults } : { found: true, values: newest.values };
}
