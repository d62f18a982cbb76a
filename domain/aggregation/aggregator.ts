import type { FieldValue } from '../log/event.ts';
import type { Instant } from '../time/instant.ts';

/** What a feature's value can be: counts are whole numbers, null means "nothing to say". */
export type FeatureValue = string | number | null;

/** Where an event stands; the order of "last" is by event time, then partition, then offset. */
export interface Position {
  readonly eventTs: Instant;
  readonly partition: number;
  readonly offset: bigint;
}

/**
 * A mergeable aggregate in the manner of Chronon's `BaseAggregator` (prepare, update, merge, finalize over an
 * intermediate representation). A partial is a monoid: `merge` is associative and commutative and `empty` its unit,
 * so neither the order of events nor how they were cut into batches can show in the result.
 */
export interface Aggregator<Partial> {
  /** The aggregate of nothing. */
  empty(): Partial;
  /** Adds one non-null value, in place where that is cheaper; the caller uses the returned partial. */
  add(partial: Partial, value: Exclude<FieldValue, null>, at: Position): Partial;
  /** The aggregate of everything that any of the partials saw; the partials stay as they are. */
  merge(partials: readonly Partial[]): Partial;
  /** The feature's value. */
  finish(partial: Partial): FeatureValue;
  /** The partial as JSON, exact; {@link decode} reads it back. */
  encode(partial: Partial): unknown;
  decode(json: unknown): Partial;
}
