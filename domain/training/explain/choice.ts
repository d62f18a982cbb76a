import type { Duration } from '../../time/duration.ts';
import type { Instant } from '../../time/instant.ts';

/** One version of a feature row. Sequences are those of writes. */
export interface CandidateVersion {
  readonly featureTs: Instant;
  /** The write that made the version. */
  readonly written: bigint;
  /** The write that superseded it. Null: it is current. */
  readonly superseded: bigint | null;
  /** Since when a lookup may take the version. Null: never. Undefined: at any time, as in the way `latest`. */
  readonly start?: Instant | null;
  /** From when on another version counts in its place, or none. Null or undefined: never. */
  readonly end?: Instant | null;
}

/** A look-up as of a moment, by what was written up to a knowledge cut. */
export interface LookupRule {
  readonly moment: Instant;
  readonly availableAfter: Duration;
  readonly lookback: Duration | null;
  readonly cut: bigint;
}

export const PASSED_OVER = {
  writtenAfterCut: 'was written after the knowledge cut',
  notVisible: 'is not visible yet: its feature_ts + availableAfter lies after the moment',
  notStarted: 'had not started to count at the moment',
  superseded: 'had been superseded by another version, or removed',
  outsideLookback: 'lies outside the lookback',
  older: 'is older than the row that was taken',
} as const;

/** Why a version was not taken. */
export type WhyPassedOver = keyof typeof PASSED_OVER;

/** The version that a lookup takes, and why it takes none of the others, in the order in which they were given. */
export interface Choice<Version extends CandidateVersion> {
  /** Null: none, so that the lookup gives the defaults. */
  readonly chosen: Version | null;
  readonly passedOver: readonly { readonly version: Version; readonly why: WhyPassedOver }[];
}

/**
 * Chooses among the versions of the rows of one key, as the join does: of those that count at the moment and are
 * visible and not too old, the one with the greatest `feature_ts`.
 */
export function explainChoice<Version extends CandidateVersion>(
  versions: readonly Version[],
  rule: LookupRule,
): Choice<Version> {
  let chosen: Version | null = null;
  for (const version of versions) {
    if (hindranceOf(version, rule) !== undefined) continue;
    if (chosen === null || version.featureTs > chosen.featureTs) chosen = version;
  }
  return {
    chosen,
    passedOver: versions
      .filter((version) => version !== chosen)
      .map((version) => ({ version, why: hindranceOf(version, rule) ?? 'older' })),
  };
}

/** What keeps a version from being taken, whatever others there are. Undefined: nothing. */
function hindranceOf(
  { featureTs, written, superseded, start, end }: CandidateVersion,
  { moment, availableAfter, lookback, cut }: LookupRule,
): WhyPassedOver | undefined {
  if (written > cut) return 'writtenAfterCut';
  if (featureTs + availableAfter > moment) return 'notVisible';
  if (start === undefined && superseded !== null && superseded <= cut) return 'superseded';
  if (start === null || (start !== undefined && start > moment)) return 'notStarted';
  if (end !== undefined && end !== null && end <= moment) return 'superseded';
  if (lookback !== null && featureTs <= moment - lookback) return 'outsideLookback';
  return undefined;
}
