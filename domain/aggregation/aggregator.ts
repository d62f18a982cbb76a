import type { FieldValue } from '../log/event.ts';
import type { Instant } from '../time/instant.ts';

/**
 * The value of a feature. Counts are whole numbers, a list is a vector. Null means that the events give no
 * value.
 */
export type FeatureValue = ScalarFeatureValue | readonly number[];

/** The value of a feature that is no vector, or of a component of one. */
export type ScalarFeatureValue = string | number | boolean | null;

/** A value that enters an aggregate. */
export type AggregatedValue = Exclude<FieldValue, null>;

/** Where an event stands in event order: by event time, then partition, then offset, then index. */
export interface EventOrder {
  readonly eventTs: Instant;
  readonly partition: number;
  readonly offset: bigint;
  /** Of an element of the list of its record. Undefined: 0. */
  readonly index?: number | undefined;
}

/**
 * A mergeable aggregate in the manner of Chronon's `BaseAggregator`: prepare, update, merge and finalize over
 * an intermediate representation, the partial. Partials form a monoid: `merge` is associative and
 * commutative, and `empty` is its unit. So the result depends neither on the order of the events nor on how
 * the log is divided into batches.
 */
export interface Aggregator<Partial> {
  /** The partial of no values. */
  empty(): Partial;
  /** Adds a non-null value. May change `partial` in place, so the caller uses the returned partial. */
  add(partial: Partial, value: AggregatedValue, at: EventOrder): Partial;
  /** The partial of all values that the given partials hold. Does not change the given partials. */
  merge(partials: readonly Partial[]): Partial;
  /** The value of the feature. */
  finish(partial: Partial): FeatureValue;
  /**
   * Whether the partial has reached a limit, so that the value is approximate although the aggregate is exact.
   * Omitted: it has no limit.
   */
  isApproximate?(partial: Partial): boolean;
  /** The partial as JSON, without loss. {@link decode} reads it back. */
  encode(partial: Partial): unknown;
  decode(json: unknown): Partial;
}
