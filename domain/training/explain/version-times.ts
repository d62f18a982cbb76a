import { type Instant, later } from '../../time/instant.ts';
import type { TrainingSetWay } from '../manifest.ts';
import type { CandidateVersion, LookupRule } from './choice.ts';

/** A version of a row, with what is known of its writes and of the syncs that count. */
export interface DatedVersion extends CandidateVersion {
  /** When the write that made it was committed. */
  readonly knownAt: Instant;
  /** When the write that superseded it was committed. Null: it is current. */
  readonly supersededAt: Instant | null;
  /** Whether no version of the row was written before. */
  readonly isFirst: boolean;
  /** Whether its write imported knowledge, or filled it in. */
  readonly isHistory: boolean;
  /** The earliest Kafka timestamp of the records of its write. Null: it has none. */
  readonly earliestRecord: Instant | null;
  /** The first sync that published it. Null: none did. */
  readonly published: { readonly at: Instant } | null;
  /** When a sync first published what superseded it. Null: none did. */
  readonly replacedAt: Instant | null;
}

/**
 * Says since when a version counts in a way, and until when. A build has the same rule as a statement, in
 * `adapters/duckdb/ways/version-starts.ts`; both are held against the same naive look-up.
 */
export function timedVersion<Version extends DatedVersion>(
  version: Version,
  way: TrainingSetWay,
  { availableAfter, cut }: Pick<LookupRule, 'availableAfter' | 'cut'>,
): Version {
  if (way === 'latest') return version;
  const visible = version.featureTs + availableAfter;
  const { knownAt, superseded, supersededAt, published, replacedAt } = version;
  if (way === 'as-served')
    return { ...version, start: published && later(visible, published.at), end: replacedAt };
  const isSuperseded = superseded !== null && superseded <= cut;
  const start = isAssumed(version, visible) ? visible : later(visible, knownAt);
  return { ...version, start, end: isSuperseded ? supersededAt : null };
}

/** Whether a version is assumed to have been known when it became visible, since it could not be known then. */
function isAssumed({ isFirst, knownAt, isHistory, earliestRecord }: DatedVersion, visible: Instant): boolean {
  return isFirst && knownAt > visible && (isHistory || (earliestRecord !== null && earliestRecord > visible));
}
