import type { EventSourceDefinition } from '../registry/definition.ts';
import type { KafkaRecord } from './kafka-record.ts';
import { Rejected } from './rejected.ts';

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

/**
 * What a record without a value is for a source.
 *
 * @throws Rejected
 */
export function noValue(tombstones: EventSourceDefinition['tombstones'], problem: string): SkipReason {
  if (tombstones === 'skip') return 'tombstone';
  throw new Rejected('no_value', problem);
}
