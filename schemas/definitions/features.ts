import type { AggregateKind, Expression, Filter, Operator } from '../../domain/registry/definition.ts';

/** An aggregate of a stream table, typed by the field it reads. */
export interface Aggregate<Kind extends AggregateKind = AggregateKind, Name extends string = string> {
  readonly aggregate: Kind;
  readonly field: Name | null;
  readonly where: Filter | null;
  readonly over: string | null;
}

/** A number made of other features of the same row, typed by the names of those. */
export interface Derived<Name extends string = string> {
  readonly expression: Expression;
  /** For the compiler alone. */
  readonly features?: Name;
}

/** What an expression is made of: a feature of the same row by its name, a number, or another expression. */
export type Operand<Name extends string = string> = Name | number | Derived<Name>;

export interface AggregateOptions {
  /** Values that an event's fields must have for the event to enter. */
  readonly where?: Filter;
  /** How much of the time before the row's end: a multiple of the slide, or `lifetime`. The table's length unless said. */
  readonly over?: string;
}

/** How many events. 0 for none. */
export function count(options: AggregateOptions = {}): Aggregate<'count', never> {
  return { aggregate: 'count', field: null, ...common(options) };
}

/** The exact sum of a number field, rounded to a double once; nulls are skipped. 0 for none. */
export const sum = aggregateOf('sum');

/** The exact mean of a number field, rounded to a double once. Null for none. */
export const mean = aggregateOf('mean');

/** The least number, or the first time as seconds since 1970. Null for none. */
export const min = aggregateOf('min');

/** The greatest number, or the last time as seconds since 1970. Null for none. */
export const max = aggregateOf('max');

/** The variance of a number field, of all values as a whole population, rounded to a double once. Null for none. */
export const variance = aggregateOf('variance');

/** The square root of the variance. Null for none. */
export const stddev = aggregateOf('stddev');

/** The non-null value of the event with the least event time (then partition, then offset). Null for none. */
export const first = aggregateOf('first');

/** The non-null value of the event with the greatest event time (then partition, then offset). Null for none. */
export const last = aggregateOf('last');

/** How many different values, exactly; nulls are skipped. 0 for none. */
export const countDistinct = aggregateOf('count_distinct');

/** How many different values: exactly up to 1,023, then within a standard error of 3.1 %. 0 for none. */
export const approxCountDistinct = aggregateOf('approx_count_distinct');

/** How often each value came, as the text of a JSON object. `{}` for none. */
export const histogram = aggregateOf('histogram');

/** The last `k` non-null values, the newest at the end, as the text of a JSON list. `[]` for none. */
export const lastK = aggregateWith<'last_k', { readonly k: number }>('last_k');

/** The `k` most frequent values, the most frequent first, as the text of a JSON list. `[]` for none. */
export const topK = aggregateWith<'top_k', { readonly k: number }>('top_k');

/** The different values in order, the `bound` smallest at most, as the text of a JSON list. `[]` for none. */
export const collectSet = aggregateWith<'collect_set', { readonly bound: number }>('collect_set');

/** The value that a share of the values does not exceed, within 1 %: 0.5 is the median. Null for none. */
export const quantile = aggregateWith<'quantile', { readonly quantile: number }>('quantile');

/** `a + b + …`; null where one of them is. */
export const add = operator('add');

/** `a - b - …`; null where one of them is. */
export const subtract = operator('subtract');

/** `a * b * …`; null where one of them is. */
export const multiply = operator('multiply');

/** `numerator / denominator`; 0.0 where the denominator is 0, null where one of them is. */
export function ratio<const Name extends string>(
  numerator: Operand<Name>,
  denominator: Operand<Name>,
): Derived<Name> {
  return divide(numerator, denominator);
}

const divide = operator('divide');

/** The first of the operands that is not null. */
export const coalesce = operator('coalesce');

function operator(op: Operator) {
  return <const Name extends string>(
    ...of: [Operand<Name>, Operand<Name>, ...Operand<Name>[]]
  ): Derived<Name> => ({
    expression: { op, of: of.map((operand) => (typeof operand === 'object' ? operand.expression : operand)) },
  });
}

function aggregateOf<Kind extends AggregateKind>(aggregate: Kind) {
  return <const Name extends string>(field: Name, options: AggregateOptions = {}): Aggregate<Kind, Name> => ({
    aggregate,
    field,
    ...common(options),
  });
}

function aggregateWith<Kind extends AggregateKind, Needed extends object>(aggregate: Kind) {
  return <const Name extends string>(
    field: Name,
    options: AggregateOptions & Needed,
  ): Aggregate<Kind, Name> => ({ aggregate, field, ...options, ...common(options) });
}

function common({ where = null, over = null }: { where?: Aggregate['where']; over?: string | null }) {
  return { where, over };
}
