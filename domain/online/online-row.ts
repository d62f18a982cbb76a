import type { FeatureValue } from '../aggregation/aggregator.ts';
import type { Duration } from '../time/duration.ts';
import type { Instant } from '../time/instant.ts';

/** A feature row as the online store keeps it. */
export interface OnlineRow {
  readonly featureTs: Instant;
  /** The write that made this version of the row. */
  readonly version: string;
  readonly values: readonly FeatureValue[];
}

/** A key's rows as one sync left them, newest first: the last closed one, and those that are still coming. */
export interface Generation {
  readonly sync: number;
  readonly rows: readonly OnlineRow[];
}

/** What one sync of a table published. */
export interface Publication {
  /** Counts the syncs of the table; readers use generations up to it. */
  readonly sync: number;
  /** The last sync that wrote every key; generations before it are of no use. */
  readonly since: number;
  /** Identifies the sync's line in the registry. */
  readonly syncId: string;
  /** The knowledge cut: the rows are those committed up to this sequence. */
  readonly sequence: string;
  readonly publishedAt: Instant;
  readonly availableAfter: Duration;
  /** The features that rows hold, in the order of their values. */
  readonly features: readonly string[];
}

/** What makes a table's rows readable. A sync becomes readable when its publication becomes `current`, all at once. */
export interface Pointer {
  readonly current: Publication;
  readonly previous: Publication | null;
}

/**
 * What was published as of a moment. A reader takes its moment before it reads, so a sync that is published in
 * between does not change its answer. Undefined before the first publication.
 */
export function publicationAsOf({ current, previous }: Pointer, asOf: Instant): Publication | undefined {
  return current.publishedAt <= asOf ? current : (previous ?? undefined);
}

/**
 * The row that a look-up as of a moment gives: among the rows published by then, the visible one with the greatest
 * `feature_ts`, and with a lookback only if `feature_ts > asOf − lookback`.
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

/** The generations, newest first, that readers may still need while the next sync is being written. */
export function retained(generations: readonly Generation[], pointer: Pointer | undefined): Generation[] {
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
