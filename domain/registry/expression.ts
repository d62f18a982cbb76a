/** A value that a definition spells out. */
export type Scalar = string | number | boolean;

/**
 * The operations on a list of operands. `divide` is 0 where the divisor is 0, `quotient` is null there. More
 * than two numbers combine from left to right.
 */
export const OPERATORS = [
  'add',
  'subtract',
  'multiply',
  'divide',
  'quotient',
  'abs',
  'log',
  'exp',
  'sqrt',
  'round',
  'floor',
  'clip',
  'equals',
  'less',
  'at_most',
  'greater',
  'at_least',
  'and',
  'or',
  'coalesce',
  'when',
  'lower',
  'length',
  'starts_with',
  'contains',
  'concat',
  'hour_of_day',
  'day_of_week',
  'seconds_between',
  'to_number',
  'to_text',
  'to_time',
] as const;

export type Operator = (typeof OPERATORS)[number];

/**
 * What a definition computes from the fields of an event, or from the features of a row: a tree, as plain
 * JSON. A text is the name of a field or feature; a text that is meant as a value stands in `text`.
 */
export type Expression = string | number | boolean | { readonly text: string } | Operation;

/**
 * An operation. `zone` is that of `hour_of_day` and `day_of_week`. Omitted: UTC. `moment` is the moment that the
 * row is about: the logical time of a batch, the observation timestamp of a training set's row, the time of an
 * answer.
 */
export type Operation =
  | { readonly op: Operator; readonly of: readonly Expression[]; readonly zone?: string | undefined }
  | { readonly op: 'not'; readonly of: Expression }
  | { readonly op: 'equals'; readonly field: string; readonly value: Scalar }
  | { readonly op: 'in'; readonly field: Expression; readonly values: readonly Scalar[] }
  | { readonly op: 'is_null'; readonly field: Expression }
  | { readonly op: 'moment' };

/** The operations that say which records a source takes, without any other. */
export type Condition =
  | { readonly op: 'and' | 'or'; readonly of: readonly Condition[] }
  | { readonly op: 'not'; readonly of: Condition }
  | { readonly op: 'equals'; readonly field: string; readonly value: Scalar }
  | { readonly op: 'in'; readonly field: string; readonly values: readonly Scalar[] }
  | { readonly op: 'is_null'; readonly field: string };
