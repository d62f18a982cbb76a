import { quoted } from '../../domain/errors/quoted.ts';
import type { AggregateKind, Filter } from '../../domain/registry/definition.ts';
import { describedBy } from '../../domain/registry/described.ts';
import type { Operation, Scalar } from '../../domain/registry/expression.ts';
import { DESCRIBED_OPTIONS, type DescribedOptions } from '../values/described.ts';
import { type OptionNames, expectOptions } from '../values/options.ts';
import type { NeededName, TypedExpression } from './expressions/typed-expression.ts';

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
type FilteredBy<Where> =
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
export function count<const Where extends EventFilter = never>(
  options: AggregateOptions<Where> = {},
): Aggregate<'count', never, FilteredBy<Where>> {
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
  return <const Of extends Argument, const Where extends EventFilter = never>(
    of: Of,
    options: AggregateOptions<Where> = {},
  ): Aggregate<Kind, Of, FilteredBy<Where>> => {
    expectOptions(inWords(aggregate, of), options, COMMON_OPTIONS);
    return { aggregate, field: fieldOf(of), ...common(options) };
  };
}

function exactAggregate<Kind extends AggregateKind>(aggregate: Kind) {
  return <const Of extends Argument, const Where extends EventFilter = never>(
    of: Of,
    options: AggregateOptions<Where> & ExactOptions = {},
  ): Aggregate<Kind, Of, FilteredBy<Where>> => {
    expectOptions(inWords(aggregate, of), options, { ...COMMON_OPTIONS, exactUpTo: true });
    const { exactUpTo } = options;
    return {
      aggregate,
      field: fieldOf(of),
      ...common(options),
      ...(exactUpTo === undefined ? {} : { exactUpTo }),
    };
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
    expectOptions(inWords(aggregate, of), options, { ...COMMON_OPTIONS, ...needed });
    return { aggregate, field: fieldOf(of), ...options, ...common(options) };
  };
}

function fieldOf(of: Argument): string | Operation {
  return typeof of === 'object' ? of.expression : of;
}

/** An aggregate in words, such as `'sum' of 'revenue'`. */
function inWords(aggregate: AggregateKind, of: Argument): string {
  return `'${aggregate}' of ${typeof of === 'object' ? 'an expression' : quoted(of)}`;
}

function common({ where, over, ...others }: AggregateOptions) {
  return {
    where: where === undefined ? null : filterOf(where),
    over: over ?? null,
    ...(describedBy(others) as DescribedOptions),
  };
}

function filterOf(where: Readonly<Record<string, unknown>> | TypedExpression): Filter {
  return typeof where.expression === 'object'
    ? { expression: (where as TypedExpression).expression }
    : (where as Readonly<Record<string, Scalar>>);
}
