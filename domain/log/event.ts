import { type Instant } from '../time/instant.ts';

/** A decimal is a text of digits, a date a text such as `2026-01-31`. */
export type ScalarValue = string | number | boolean | Instant | null;

/** The elements of a list are of one type. */
export type ListValue = readonly (string | number | boolean)[];

export type FieldValue = ScalarValue | ListValue;

/** What stood at the place of an optional field and does not fit it: JSON, cut if it is long. */
export interface InvalidField {
  readonly field: string;
  readonly json: string;
}

/** An accepted event. Its values are in the order of the source's fields. */
export interface Event {
  readonly partition: number;
  readonly offset: bigint;
  /** Its index in the list of its record. Undefined: the record is the event. */
  readonly index?: number | undefined;
  /** Null if the source ignores Kafka timestamps. */
  readonly kafkaTs: Instant | null;
  readonly eventTs: Instant;
  readonly values: readonly FieldValue[];
  /** The optional fields that are null because they did not fit. Undefined: there are none. */
  readonly invalid?: readonly InvalidField[] | undefined;
}

/** By field: how many values of an event did not fit, which is one or none. */
export function countInvalid({ invalid = [] }: Event): Readonly<Record<string, number>> {
  return Object.fromEntries(invalid.map(({ field }) => [field, 1]));
}
