import type { AggregateKind } from '../domain/definition.ts';

/** An aggregate of a stream table, typed by the field it reads. */
export interface Aggregate<Kind extends AggregateKind = AggregateKind, Name extends string = string> {
  readonly aggregate: Kind;
  readonly field: Name | null;
  readonly where: Readonly<Record<string, string | number>> | null;
}

/** A quotient of two other features of the same row. */
export interface Ratio<Name extends string = string> {
  readonly numerator: Name;
  readonly denominator: Name;
}

export interface AggregateOptions {
  /** Values that an event's fields must have for the event to enter. */
  readonly where?: Readonly<Record<string, string | number>>;
}

/** How many events. 0 for none. */
export function count(options: AggregateOptions = {}): Aggregate<'count', never> {
  return { aggregate: 'count', field: null, where: options.where ?? null };
}

/** The exact sum of a number field, rounded to a double once; nulls are skipped. 0 for none. */
export function sum<const Name extends string>(
  field: Name,
  options: AggregateOptions = {},
): Aggregate<'sum', Name> {
  return { aggregate: 'sum', field, where: options.where ?? null };
}

/** How many different values, exactly; nulls are skipped. 0 for none. */
export function countDistinct<const Name extends string>(
  field: Name,
  options: AggregateOptions = {},
): Aggregate<'count_distinct', Name> {
  return { aggregate: 'count_distinct', field, where: options.where ?? null };
}

/** The non-null value of the event with the greatest event time (then partition, then offset). Null for none. */
export function last<const Name extends string>(
  field: Name,
  options: AggregateOptions = {},
): Aggregate<'last', Name> {
  return { aggregate: 'last', field, where: options.where ?? null };
}

/** `numerator / denominator` of two features of the same row; 0.0 where the denominator is 0. */
export function ratio<const Name extends string>(numerator: Name, denominator: Name): Ratio<Name> {
  return { numerator, denominator };
}
