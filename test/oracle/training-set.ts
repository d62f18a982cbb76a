export type Value = string | number | bigint | null;

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
  /** Microseconds; null: none. */
  readonly lookback: bigint | null;
  readonly defaults: readonly Value[];
}

/**
 * What a look-up gives for one key as of one moment, from the rule alone: of all rows of the key that are visible by
 * then and not too old, the newest; without one, the defaults.
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
