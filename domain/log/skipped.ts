import type { KafkaRecord } from './kafka-record.ts';

/**
 * Why a record is not for its source: the filter says so, it is a tombstone that the source skips, or its list of
 * events is empty.
 */
export const SKIP_REASONS = ['filtered', 'tombstone', 'empty_list'] as const;

export type SkipReason = (typeof SKIP_REASONS)[number];

/** A record that is not for its source. The ledger counts it, and nothing stores it. */
export interface SkippedRecord {
  readonly record: KafkaRecord;
  readonly reason: SkipReason;
}
