import { quoted } from '../../domain/errors/quoted.ts';
import type { AggregateKind, Filter } from '../../domain/registry/definition.ts';
import { describedBy } from '../../domain/registry/described.ts';
import { DESCRIBED_OPTIONS, type DescribedOptions } from '../values/described.ts';
import { type OptionNames, expectOptions } from '../values/options.ts';

/** An aggregate of a stream table. Its type names the field that it reads. */
export interface Aggregate<
  Kind extends AggregateKind = AggregateKind,
  Name extends string = string,
> extends DescribedOptions {
  readonly aggregate: Kind;
  readonly field: Name | null;
  readonly where: Filter | null;
  readonly over: string | null;
}

export interface AggregateOptions extends DescribedOptions {
  /** The values that an event's fields must have for the event to count. Omitted: every event counts. */
  readonly where?: Filter;
  /**
   * The span before the row's end: a multiple of the slide, or `lifetime`. Default: the length of the table's
   * window.
   */
  readonly over?: string;
}

const COMMON_OPTIONS: OptionNames<AggregateOptions> = {
  where: true,
  over: true,
  ...DESCRIBED_OPTIONS,
};

/** Options of aggregates that hold all values. */
export interface ExactOptions {
  /** The number of distinct values, 1,024 to 1,000,000, up to which the result is exact. Default: 65,536. */
  readonly exactUpTo?: number;
}

/** The number of events. 0 without events. */
export function count(options: AggregateOptions = {}): Aggregate<'count', never> {
  expectOptions("'count'", options, COMMON_OPTIONS);
  return { aggregate: 'count', field: null, ...common(options) };
}

/** The exact sum of a number field, rounded once to a double. Nulls are skipped. 0 without values. */
export const sum = aggregateOf('sum');

/** The exact mean of a number field, rounded once to a double. Null without values. */
export const mean = aggregateOf('mean');

/** The least number, or the earliest time in seconds since 1970. Null without values. */
export const min = aggregateOf('min');

/** The greatest number, or the latest time in seconds since 1970. Null without values. */
export const max = aggregateOf('max');

/** The population variance of a number field, rounded once to a double. Null without values. */
export const variance = aggregateOf('variance');

/** The square root of the variance. Null without values. */
export const stddev = aggregateOf('stddev');

/**
 * The first non-null value in event order: by event time, then partition, then offset. Null without values.
 */
export const first = aggregateOf('first');

/**
 * The last non-null value in event order: by event time, then partition, then offset. Null without values.
 */
export const last = aggregateOf('last');

/**
 * The number of distinct values: exact up to `exactUpTo`, then with a standard error of 3.1 %. Nulls are
 * skipped. 0 without values.
 */
export const countDistinct = exactAggregate('count_distinct');

/**
 * The number of distinct values: exact up to 1,023, then with a standard error of 3.1 %. 0 without values.
 */
export const approxCountDistinct = aggregateOf('approx_count_distinct');

/**
 * The number of occurrences of each value, as the text of a JSON object. With more than `exactUpTo` values,
 * those of a sample. `{}` without values.
 */
export const histogram = exactAggregate('histogram');

/** The last `k` non-null values, the newest at the end, as the text of a JSON list. `[]` without values. */
export const lastK = aggregateWith<'last_k', { readonly k: number }>('last_k', { k: true });

/**
 * The `k` most frequent values, the most frequent first, as the text of a JSON list. With more than
 * `exactUpTo` values, those of a sample. `[]` without values.
 */
export const topK = aggregateWith<'top_k', { readonly k: number } & ExactOptions>('top_k', {
  k: true,
  exactUpTo: true,
});

/** The `bound` smallest distinct values, in order, as the text of a JSON list. `[]` without values. */
export const collectSet = aggregateWith<'collect_set', { readonly bound: number }>('collect_set', {
  bound: true,
});

/**
 * The value that this share of the values does not exceed, within 1 %. 0.5 is the median. Null without
 * values.
 */
export const quantile = aggregateWith<'quantile', { readonly quantile: number }>('quantile', {
  quantile: true,
});

function aggregateOf<Kind extends AggregateKind>(aggregate: Kind) {
  return <const Name extends string>(field: Name, options: AggregateOptions = {}): Aggregate<Kind, Name> => {
    expectOptions(of(aggregate, field), options, COMMON_OPTIONS);
    return { aggregate, field, ...common(options) };
  };
}

function exactAggregate<Kind extends AggregateKind>(aggregate: Kind) {
  return <const Name extends string>(
    field: Name,
    options: AggregateOptions & ExactOptions = {},
  ): Aggregate<Kind, Name> => {
    expectOptions(of(aggregate, field), options, { ...COMMON_OPTIONS, exactUpTo: true });
    const { exactUpTo } = options;
    return { aggregate, field, ...common(options), ...(exactUpTo === undefined ? {} : { exactUpTo }) };
  };
}

function aggregateWith<Kind extends AggregateKind, Needed extends object>(
  aggregate: Kind,
  needed: OptionNames<Needed>,
) {
  return <const Name extends string>(
    field: Name,
    options: AggregateOptions & Needed,
  ): Aggregate<Kind, Name> => {
    expectOptions(of(aggregate, field), options, { ...COMMON_OPTIONS, ...needed });
    return { aggregate, field, ...options, ...common(options) };
  };
}

/** An aggregate in words, such as `'sum' of 'revenue'`. */
function of(aggregate: AggregateKind, field: unknown): string {
  return `'${aggregate}' of ${quoted(field)}`;
}

function common({ where, over, ...others }: AggregateOptions) {
  return { where: where ?? null, over: over ?? null, ...(describedBy(others) as DescribedOptions) };
}
