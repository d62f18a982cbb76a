import type { Duration } from '../time/duration.ts';
import type { Instant } from '../time/instant.ts';
import { generationOf } from './generation.ts';
import type { Generation } from './generation.ts';
import { type OnlineRow } from './online-row.ts';
import type { Publication } from './publication.ts';

/**
 * The row that a lookup as of a moment gives: among the published rows, the visible one with the greatest
 * `feature_ts`; with a lookback, only if `feature_ts > asOf − lookback`.
 */
export function visibleRow(
  generations: readonly Generation[],
  publication: Publication,
  asOf: Instant,
  lookback: Duration | null,
): OnlineRow | undefined {
  const newestVisible = asOf - publication.availableAfter;
  const row = generationOf(generations, publication)?.rows.find(
    ({ featureTs }) => featureTs <= newestVisible,
  );
  if (row === undefined || lookback === null) return row;
  return row.featureTs > asOf - lookback ? row : undefined;
}
