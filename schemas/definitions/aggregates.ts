import { quoted } from '../../domain/errors/quoted.ts';
import type { AggregateKind, Filter } from '../../domain/registry/definition.ts';
import { describedBy } from '../../domain/registry/described.ts';
import type { Operation, Scalar } from '../../domain/registry/expression.ts';
import { DESCRIBED_OPTIONS, type DescribedOptions } from '../values/described.ts';
import { type OptionNames, expectOptions } from '../values/options.ts';
import type { NeededName, TypedExpression } from './expressions/typed-expression.ts';
import { declaredHere } from './making/origin.ts';

/** What an aggregate is of: a field, or an expression over the fields of an event. */
export type Argument = string | TypedExpression;

/** An aggregate of a stream table. Its type names the fields that it reads. */
export interface Aggregate<
  Kind extends AggregateKind = AggregateKind,
  Of extends Argument = Argument,
  Filtered extends NeededName = NeededName,
> extends DescribedOptions {
  readonly aggregate: Kind;
  readonly field: string | Operation | null;
  /** Exists for the compiler only. */
  readonly of?: Of;
  readonly where: Filter | null;
  /** Exists for the compiler only. */
  readonly filtered?: Filtered;
  readonly over: string | null;
}

/** The values of fields, or an expression that is true. */
export type EventFilter = Readonly<Record<string, Scalar>> | TypedExpression<'boolean'>;

/** The fields that a filter reads, and what it needs them to be. */
export type FilteredBy<Where> =
  Where extends TypedExpression<'boolean', infer Reads>
    ? Reads
    : {
        [Name in keyof Where & string]: readonly [
          Name,
          Where[Name] extends string ? 'text' : Where[Name] extends number ? 'number' : 'boolean',
        ];
      }[keyof Where & string];

export interface AggregateOptions<Where extends EventFilter = EventFilter> extends DescribedOptions {
  /**
   * Which events count: those with these values in these fields, or those for which an expression is true.
   * Omitted: every event counts.
   */
  readonly where?: Where;
  /**
   * The span before the row's end: a multiple of the slide, at most the window's length; or `lifetime`, for all
   * events before it that are not late for it. Default: the window's length.
   */
  readonly over?: string;
}

export const COMMON_OPTIONS: OptionNames<AggregateOptions> = {
  where: true,
  over: true,
  ...DESCRIBED_OPTIONS,
};

/** Options of aggregates that hold all values. */
export interface ExactOptions {
  /** The number of distinct values, 1,024 to 1,000,000, up to which the result is exact. Default: 65,536. */
  readonly exactUpTo?: number;
}

interface ListOptions {
  /** The number of values in the list, 1 to 1000. */
  readonly k: number;
}

interface BoundOptions {
  /** The number of values in the list at most, 1 to 1000. */
  readonly bound: number;
}

interface QuantileOptions {
  /** The share of the values that are not greater, 0 to 1. */
  readonly quantile: number;
}

/**
 * The number of events. 0 without events.
 * @example count({ where: { event_type: 'purchase' } })
 */
export function count<const Where extends EventFilter = never>(
  options: AggregateOptions<Where> = {},
): Aggregate<'count', never, FilteredBy<Where>> {
  expectOptions("'count'", options, COMMON_OPTIONS);
  return declaredHere({ aggregate: 'count', field: null, ...common(options) });
}

/**
 * The mean time between one event and the next, in seconds: the time from the first to the last, divided by the
 * number of events less one, exact, rounded once to a double. Null with fewer than two events.
 * @example meanInterarrival({ where: { event_type: 'purchase' }, over: 'lifetime' })
 */
export function meanInterarrival<const Where extends EventFilter = never>(
  options: AggregateOptions<Where> = {},
): Aggregate<'mean_interarrival', never, FilteredBy<Where>> {
  expectOptions("'mean_interarrival'", options, COMMON_OPTIONS);
  return declaredHere({ aggregate: 'mean_interarrival', field: null, ...common(options) });
}

/**
 * The exact sum, rounded once to a double. 0 without values.
 * @example sum('revenue', { over: '1 hour' })
 * @example sum(multiply('price', 'quantity'))
 */
export const sum = aggregateOf('sum');

/**
 * The exact mean, rounded once to a double. Null without values.
 * @example mean('revenue')
 */
export const mean = aggregateOf('mean');

/**
 * The least number, or the earliest time in seconds since 1970. Null without values.
 * @example min('price')
 */
export const min = aggregateOf('min');

/**
 * The greatest number, or the latest time in seconds since 1970. Null without values.
 * @example max('event_ts')
 */
export const max = aggregateOf('max');

/**
 * The variance of the values as a whole population (divided by n), exact, rounded once to a double. Null without
 * values.
 * @example variance('price')
 */
export const variance = aggregateOf('variance');

/**
 * The standard deviation: the square root of the variance. Null without values.
 * @example stddev('price')
 */
export const stddev = aggregateOf('stddev');

/**
 * The first non-null value in event order: by event time, then partition, then offset. Null without values.
 * @example first('platform')
 */
export const first = aggregateOf('first');

/**
 * The last non-null value in event order: by event time, then partition, then offset. Null without values.
 * @example last('platform')
 * @example last(coalesce('platform', text('unknown')))
 */
export const last = aggregateOf('last');

/**
 * The last vector in event order, of a `double[]` field with a `length`. Null without values.
 * @example lastVector('embedding')
 */
export const lastVector = vectorAggregate('last_vector');

/**
 * The mean of the vectors of a `double[]` field with a `length`: the exact mean of each component, rounded once to
 * a double. Null without values.
 * @example meanVector('embedding', { over: '15 minutes' })
 */
export const meanVector = vectorAggregate('mean_vector');

/**
 * The number of distinct values: exact up to `exactUpTo`, then with a standard error of 3.1 %. 0 without values.
 * @example countDistinct('session_id', { exactUpTo: 10_000 })
 */
export const countDistinct = exactAggregate('count_distinct');

/**
 * The number of distinct values: exact up to 1,023, then with a standard error of 3.1 %, from at most 1,024 hashes.
 * 0 without values.
 * @example approxCountDistinct('session_id')
 */
export const approxCountDistinct = aggregateOf('approx_count_distinct');

/**
 * The number of occurrences of each value in order, as the text of a JSON object: `{"ios":1,"web":3}`. With more
 * than `exactUpTo` values, those of a sample. `{}` without values.
 * @example histogram('platform')
 */
export const histogram = exactAggregate('histogram');

/**
 * The most frequent value; of equally frequent ones, the smaller. With more than `exactUpTo` values, that of a
 * sample. Null without values.
 * @example mostFrequent('product_id')
 */
export const mostFrequent = exactAggregate('most_frequent');

/**
 * How varied the values are: 1 − Σ p², where p is the share of each value. 0 if all are equal, near 1 if they are
 * many and evenly spread. Exact, rounded once to a double. With more than `exactUpTo` values, that of a sample. 0
 * without values.
 * @example diversity('product_id')
 */
export const diversity = exactAggregate('diversity');

/**
 * The last `k` non-null values in event order, the newest at the end, as the text of a JSON list. `[]` without
 * values.
 * @example lastK('product_id', { k: 5 })
 */
export const lastK = aggregateWith<'last_k', ListOptions>('last_k', { k: true });

/**
 * The `k` most frequent values, the most frequent first, of two equally frequent ones the smaller, as the text of a
 * JSON list. With more than `exactUpTo` values, those of a sample. `[]` without values.
 * @example topK('product_id', { k: 3 })
 */
export const topK = aggregateWith<'top_k', ListOptions & ExactOptions>('top_k', {
  k: true,
  exactUpTo: true,
});

/**
 * The `bound` smallest distinct values, in order, as the text of a JSON list. `[]` without values.
 * @example collectSet('platform', { bound: 10 })
 */
export const collectSet = aggregateWith<'collect_set', BoundOptions>('collect_set', { bound: true });

/**
 * The value of rank ⌊q (n − 1)⌋ among n, within 1 %. 0.5 is the median. Null without values.
 * @example quantile('price', { quantile: 0.5 })
 */
export const quantile = aggregateWith<'quantile', QuantileOptions>('quantile', { quantile: true });

function aggregateOf<Kind extends AggregateKind>(aggregate: Kind) {
  return <const Of extends Argument, const Where extends EventFilter = never>(
    of: Of,
    options: AggregateOptions<Where> = {},
  ): Aggregate<Kind, Of, FilteredBy<Where>> => {
    expectOptions(inWords(aggregate, of), options, COMMON_OPTIONS);
    return declaredHere({ aggregate, field: fieldOf(of), ...common(options) });
  };
}

/** Vectors are fields; no expression gives one. */
function vectorAggregate<Kind extends AggregateKind>(aggregate: Kind) {
  return <const Of extends string, const Where extends EventFilter = never>(
    field: Of,
    options: AggregateOptions<Where> = {},
  ): Aggregate<Kind, Of, FilteredBy<Where>> => {
    expectOptions(inWords(aggregate, field), options, COMMON_OPTIONS);
    return { aggregate, field, ...common(options) };
  };
}

function exactAggregate<Kind extends AggregateKind>(aggregate: Kind) {
  return <const Of extends Argument, const Where extends EventFilter = never>(
    of: Of,
    options: AggregateOptions<Where> & ExactOptions = {},
  ): Aggregate<Kind, Of, FilteredBy<Where>> => {
    expectOptions(inWords(aggregate, of), options, { ...COMMON_OPTIONS, exactUpTo: true });
    const { exactUpTo } = options;
    return declaredHere({
      aggregate,
      field: fieldOf(of),
      ...common(options),
      ...(exactUpTo === undefined ? {} : { exactUpTo }),
    });
  };
}

function aggregateWith<Kind extends AggregateKind, Needed extends object>(
  aggregate: Kind,
  needed: OptionNames<Needed>,
) {
  return <const Of extends Argument, const Where extends EventFilter = never>(
    of: Of,
    options: AggregateOptions<Where> & Needed,
  ): Aggregate<Kind, Of, FilteredBy<Where>> => {
    const known = expectOptions(inWords(aggregate, of), options, { ...COMMON_OPTIONS, ...needed });
    return declaredHere({ aggregate, field: fieldOf(of), ...known, ...common(known) });
  };
}

function fieldOf(of: Argument): string | Operation {
  return typeof of === 'object' ? of.expression : of;
}

/** An aggregate in words, such as `'sum' of 'revenue'`. */
function inWords(aggregate: AggregateKind, of: Argument): string {
  return `'${aggregate}' of ${typeof of === 'object' ? 'an expression' : quoted(of)}`;
}

export function common({ where, over, ...others }: AggregateOptions) {
  return {
    where: where === undefined ? null : filterOf(where),
    over: over ?? null,
    ...(describedBy(others) as DescribedOptions),
  };
}

export function filterOf(where: Readonly<Record<string, unknown>> | TypedExpression): Filter {
  return typeof where.expression === 'object'
    ? { expression: (where as TypedExpression).expression }
    : (where as Readonly<Record<string, Scalar>>);
}
