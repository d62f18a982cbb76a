import type { FeatureValue } from '../aggregation/aggregator.ts';
import type { Duration } from '../time/duration.ts';
import type { Instant } from '../time/instant.ts';

/** A feature row in the online store. */
export interface OnlineRow {
  readonly featureTs: Instant;
  /** The id of the write that made this version of the row. */
  readonly version: string;
  readonly values: readonly FeatureValue[];
}

/**
 * A key's rows as one sync wrote them, newest first: the last closed row, and the rows that are still coming.
 */
export interface Generation {
  readonly sync: number;
  readonly rows: readonly OnlineRow[];
}

/** What one sync of a table published. */
export interface Publication {
  /** The number of this sync of the table. Readers use generations up to it. */
  readonly sync: number;
  /** The number of the last sync that wrote every key. Generations before it are obsolete. */
  readonly since: number;
  /** The id of the sync's line in the registry. */
  readonly syncId: string;
  /** The knowledge cut: the rows are those that were committed up to this sequence. */
  readonly sequence: string;
  readonly publishedAt: Instant;
  readonly availableAfter: Duration;
  /** The features of a row, in the order of its values. */
  readonly features: readonly string[];
}

/**
 * What makes a table's rows readable. All rows of a sync become readable at once, when its publication
 * becomes `current`.
 */
export interface Pointer {
  readonly current: Publication;
  readonly previous: Publication | null;
}

/**
 * The publication that a read as of a moment uses. A reader takes its moment before it reads, so a sync that
 * is published in between does not change the answer. Undefined before the first publication.
 */
export function publicationAsOf({ current, previous }: Pointer, asOf: Instant): Publication | undefined {
  return current.publishedAt <= asOf ? current : (previous ?? undefined);
}

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

/** The generations, newest first, that readers may need while the next sync is written. */
export function generationsInUse(
  generations: readonly Generation[],
  pointer: Pointer | undefined,
): Generation[] {
  if (pointer === undefined) return [];
  const needed = [pointer.current, pointer.previous].map(
    (publication) => publication && generationOf(generations, publication),
  );
  return [...new Set(needed)].filter((generation) => generation != null);
}

function generationOf(
  generations: readonly Generation[],
  { sync, since }: Publication,
): Generation | undefined {
  const newest = generations.find((generation) => generation.sync <= sync);
  return newest && newest.sync >= since ? newest : undefined;
}
