import { z } from 'zod';
import type {
  FieldType,
  StreamTableDefinition,
  StreamTableRetention,
} from '../../domain/registry/definition.ts';
import { describedBy } from '../../domain/registry/described.ts';
import { type Duration, formatDuration, parseDuration, parseOffset } from '../../domain/time/duration.ts';
import { MAX_SLIDES_PER_WINDOW } from '../../domain/windows/window.ts';
import { DESCRIBED_OPTIONS, type DescribedOptions, describedShape } from '../values/described.ts';
import { durationSchema, offsetSchema, positiveDurationSchema } from '../values/duration.ts';
import { identifierSchema, primaryKeysSchema } from '../values/identifier.ts';
import { type OptionNames, expectOptions } from '../values/options.ts';
import type { Aggregate } from './aggregates.ts';
import type { EventSource, Fields, FieldsOfType } from './event-source.ts';
import { expressionSchema, operationSchema } from './expressions/expression-schema.ts';
import type {
  ExpressionType,
  NeededName,
  ReadingsOf,
  TypedExpression,
} from './expressions/typed-expression.ts';
import { define } from './making/define.ts';
import { streamTableRetentionSchema } from './retention.ts';

const windowSchema = z
  .strictObject({
    length: positiveDurationSchema,
    slide: positiveDurationSchema,
    offset: offsetSchema.optional(),
    tail: positiveDurationSchema.optional(),
  })
  .superRefine((window, context) => {
    const offset = offsetProblem(window);
    if (offset !== undefined) context.addIssue({ code: 'custom', path: ['offset'], message: offset });
    const message = lengthProblem(window);
    if (message !== undefined) context.addIssue({ code: 'custom', message });
  });

/** Windows that are shorter than a day begin with it wherever it begins, or would for another offset. */
function offsetProblem({
  slide,
  offset,
}: {
  slide: string;
  offset?: string | undefined;
}): string | undefined {
  const [every, shift] = [parseDuration(slide), parseOffset(offset ?? '0 seconds')];
  if (offset === undefined || every === undefined || shift === undefined) return undefined;
  if (every < DAY)
    return `only windows with a slide of a day or more have an offset, and the slide is ${slide}`;
  if (shift < every && -shift < every) return undefined;
  return `an offset is shorter than the slide, which is ${slide}`;
}

const DAY = parseDuration('1 day')!;

/** A window has at most 96 slides or, if it has more, at most 96 tails. */
function lengthProblem(window: {
  length: string;
  slide: string;
  tail?: string | undefined;
}): string | undefined {
  const [length, slide] = [parseDuration(window.length), parseDuration(window.slide)];
  const tail = window.tail === undefined ? undefined : parseDuration(window.tail);
  if (!length || !slide || (window.tail !== undefined && !tail)) return undefined;
  const isLong = length > MAX_SLIDES_PER_WINDOW * slide;
  if (!tail) {
    const divides = length % slide === 0n;
    if (divides && !isLong) return undefined;
    return divides
      ? `the slide must divide the length, at most 96 times; a longer window has a tail, by which its start moves: a multiple of the slide of at least ${formatDuration(leastTail(length, slide))} that divides the length`
      : 'the slide must divide the length, at most 96 times';
  }
  if (!isLong)
    return 'a window of at most 96 slides needs no tail: it is exact to the slide; leave the tail out';
  if (tail % slide !== 0n) return `the tail must be a multiple of the slide, ${window.slide}`;
  if (length % tail !== 0n) return `the length must be a multiple of the tail, ${window.tail}`;
  if (length <= MAX_SLIDES_PER_WINDOW * tail) return undefined;
  return `a window has at most 96 tails; take a tail of at least ${formatDuration(leastTail(length, slide))}`;
}

/** The least multiple of the slide that divides the length at most 96 times, or the length itself. */
function leastTail(length: Duration, slide: Duration): Duration {
  for (let tails = MAX_SLIDES_PER_WINDOW; tails > 1n; tails -= 1n)
    if (length % tails === 0n && (length / tails) % slide === 0n) return length / tails;
  return length;
}

/** The length of a list-valued feature. */
const lengthSchema = z.int().min(1).max(1_000);

/** The sketch that is used beyond it is exact for less than 1,024 values. */
const exactUpTo = z.int().min(1_024).max(1_000_000).optional();

const aggregateColumns = {
  name: identifierSchema,
  field: z.union([z.string(), operationSchema]).nullable(),
  where: z
    .union([
      z.record(z.string(), z.union([z.string(), z.number(), z.boolean()])),
      z.strictObject({ expression: operationSchema }),
    ])
    .nullable(),
  over: z.union([z.literal('lifetime'), positiveDurationSchema]).nullable(),
  ...describedShape,
};

const aggregateSchema = z.discriminatedUnion('aggregate', [
  z.strictObject({
    ...aggregateColumns,
    aggregate: z.enum([
      'count',
      'share',
      'mean_interarrival',
      'sum',
      'mean',
      'min',
      'max',
      'variance',
      'stddev',
      'first',
      'last',
      'approx_count_distinct',
      'last_vector',
      'mean_vector',
    ]),
  }),
  z.strictObject({
    ...aggregateColumns,
    aggregate: z.enum(['count_distinct', 'histogram', 'most_frequent', 'diversity']),
    exactUpTo,
  }),
  z.strictObject({ ...aggregateColumns, aggregate: z.literal('top_k'), k: lengthSchema, exactUpTo }),
  z.strictObject({ ...aggregateColumns, aggregate: z.literal('last_k'), k: lengthSchema }),
  z.strictObject({
    ...aggregateColumns,
    aggregate: z.literal('collect_set'),
    bound: lengthSchema,
  }),
  z.strictObject({
    ...aggregateColumns,
    aggregate: z.literal('quantile'),
    quantile: z.number().min(0).max(1),
  }),
]);

/** An aggregate, or what is computed from other features of the row. */
export const featureSchema = z.union([
  aggregateSchema,
  z.strictObject({ name: identifierSchema, expression: expressionSchema, ...describedShape }),
]);

export const streamTableSchema = z.strictObject({
  kind: z.literal('stream_table'),
  name: identifierSchema,
  source: z.string(),
  primaryKeys: primaryKeysSchema,
  window: windowSchema,
  availableAfter: durationSchema,
  features: z.array(featureSchema).min(1),
  retention: streamTableRetentionSchema,
  ...describedShape,
}) satisfies z.ZodType<StreamTableDefinition>;

/** A field of one of the types, or an expression that gives `Gives`. */
type Of<F extends Fields, Type extends FieldType, Gives extends ExpressionType> =
  FieldsOfType<F, Type> | TypedExpression<Gives, ReadingsOf<F>>;

/** The features that can be computed from events with such fields. */
export type FeatureOf<F extends Fields> =
  | Aggregate<'count' | 'mean_interarrival', never, ReadingsOf<F>>
  | Aggregate<'last_vector' | 'mean_vector', FieldsOfType<F, 'double[]'>, ReadingsOf<F>>
  | Aggregate<'share', TypedExpression<'boolean', ReadingsOf<F>>, ReadingsOf<F>>
  | Aggregate<
      'sum' | 'mean' | 'variance' | 'stddev',
      Of<F, 'double' | 'integer' | 'decimal', 'number'>,
      ReadingsOf<F>
    >
  | Aggregate<'quantile', Of<F, 'double' | 'integer', 'number'>, ReadingsOf<F>>
  | Aggregate<'min' | 'max', Of<F, 'double' | 'integer' | 'timestamp', 'number'>, ReadingsOf<F>>
  | Aggregate<
      | 'first'
      | 'last'
      | 'count_distinct'
      | 'approx_count_distinct'
      | 'last_k'
      | 'top_k'
      | 'collect_set'
      | 'histogram'
      | 'most_frequent'
      | 'diversity',
      Of<F, 'string' | 'double' | 'integer' | 'date' | 'boolean', ExpressionType>,
      ReadingsOf<F>
    >
  | TypedExpression;

interface FeatureTypes {
  readonly number: { readonly type: 'double' };
  readonly text: { readonly type: 'string' };
  readonly boolean: { readonly type: 'boolean' };
  readonly vector: { readonly type: 'double[]' };
  readonly time: never;
}

/** The type of a feature as the field of a row. */
type FeatureField<F extends Fields, Feature> =
  Feature extends TypedExpression<infer Type>
    ? FeatureTypes[Type]
    : Feature extends Aggregate<infer Kind, infer Argument>
      ? Kind extends 'first' | 'last' | 'most_frequent'
        ? ArgumentField<F, Argument>
        : Kind extends 'last_k' | 'top_k' | 'collect_set' | 'histogram'
          ? FeatureTypes['text']
          : Kind extends 'last_vector' | 'mean_vector'
            ? FeatureTypes['vector']
            : FeatureTypes['number']
      : never;

type ArgumentField<F extends Fields, Argument> =
  Argument extends TypedExpression<infer Type>
    ? FeatureTypes[Type]
    : Argument extends keyof F
      ? F[Argument]['type'] extends 'date'
        ? FeatureTypes['text']
        : F[Argument]
      : never;

/** What expressions may read of the features of a row. */
export type FeatureReadings<F extends Fields, Features> = ReadingsOf<{
  readonly [Name in keyof Features & string]: FeatureField<F, Features[Name]>;
}>;

/** Restricts the operands of derived features to features of the same table that have the types they need. */
type OperandsKnown<F extends Fields, Features> = {
  [Name in keyof Features]: Features[Name] extends TypedExpression<infer Type, infer Reads>
    ? [Reads] extends [FeatureReadings<F, Features>]
      ? unknown
      : TypedExpression<Type, FeatureReadings<F, Features>>
    : unknown;
};

/** A stream table. Its type names its features, and says what expressions may read of them. */
export interface StreamTable<Name extends string = string, Readings extends NeededName = NeededName> {
  readonly definition: StreamTableDefinition;
  /** Exists for the compiler only. */
  readonly features?: Name;
  /** Exists for the compiler only. */
  readonly readings?: Readings;
}

export interface StreamTableOptions<
  F extends Fields,
  Features extends Readonly<Record<string, FeatureOf<F>>>,
> extends DescribedOptions {
  /** The table's name. Its rows are in `features.<name>`. */
  readonly name: string;
  /** The event source whose events the features are of. */
  readonly source: EventSource<F>;
  /**
   * The fields that, with `feature_ts`, identify a row. An event in which one is null or empty is not about the
   * table. Default: the source's entity.
   */
  readonly primaryKeys?: readonly FieldsOfType<F, 'string'>[];
  /** The spans of time that rows are about. */
  readonly window: {
    /** How far before the row's end a feature looks, unless it has the option `over`. */
    readonly length: string;
    /** How far apart the ends of windows are: at the multiples of the slide since 1970, in UTC. */
    readonly slide: string;
    /**
     * With a slide of a day or more: how far after midnight in UTC a day begins. `5 hours` where midnight is at
     * 05:00 UTC, `-1 hour` where it is at 23:00. Default: `0 seconds`.
     */
    readonly offset?: string | undefined;
    /**
     * How far the start moves at once, if the window has more than 96 slides: a multiple of the slide that divides
     * the length at most 96 times. The row at an end holds what happened in `[floor(end, tail) − length, end)`, and
     * there is a row at exactly the ends at which something enters or leaves the window. Omitted: the start moves
     * with the end.
     */
    readonly tail?: string | undefined;
  };
  /**
   * How long after the window's end a row becomes visible, in training and in serving. Default: `0 seconds`.
   */
  readonly availableAfter?: string;
  /** The aggregates and derived features, at least one. Their order is that of the columns. */
  readonly features: Features & OperandsKnown<F, Features>;
  /** How long tiles (`tiles`) and superseded row versions (`history`) are retained. Omitted: forever. */
  readonly retention?: StreamTableRetention;
}

const OPTIONS: OptionNames<StreamTableOptions<Fields, Record<string, FeatureOf<Fields>>>> = {
  name: true,
  source: true,
  primaryKeys: true,
  window: true,
  availableAfter: true,
  features: true,
  retention: true,
  ...DESCRIBED_OPTIONS,
};

/**
 * Declares a feature table that a stream makes: one row for each entity and window in which something
 * happened.
 *
 * @throws AsofError `ASOF_DEFINITION_INVALID`, listing every problem.
 * @example
 * ```ts
 * export const cardSpending = streamTable({
 *   name: 'card_spending',
 *   source: payments,
 *   window: { length: '1 day', slide: '15 minutes' },
 *   features: {
 *     payments_1d: count(),
 *     spent_1d: sum('amount'),
 *     spent_1h: sum('amount', { over: '1 hour' }),
 *     countries_1d: countDistinct('country'),
 *     mean_spent_1d: ratio('spent_1d', 'payments_1d'),
 *   },
 * });
 * ```
 */
export function streamTable<F extends Fields, const Features extends Readonly<Record<string, FeatureOf<F>>>>(
  options: StreamTableOptions<F, Features>,
): StreamTable<keyof Features & string, FeatureReadings<F, Features>> {
  expectOptions('stream table', options, OPTIONS);
  const { name, source, window, availableAfter = '0 seconds' } = options;
  const { primaryKeys = [source.definition.entity], retention } = options;
  const features = Object.entries(options.features).map(([feature, spec]) => ({
    ...(spec as object),
    name: feature,
  }));
  return define(
    streamTableSchema,
    {
      kind: 'stream_table',
      name,
      source: source.definition.name,
      primaryKeys,
      window,
      availableAfter,
      features,
      retention,
      ...describedBy(options),
    },
    {
      uses: [source],
      parts: { features: options.features },
      standIns: {
        availableAfter: { availableAfter: '0 seconds' },
        window: { window: ANY_WINDOW, features: features.map(withoutSpan) },
      },
    },
  );
}

/** For a window that is wrong. */
const ANY_WINDOW = { length: '1 day', slide: '1 day' };

/** Whether a span fits the window shows only where the window is right. */
function withoutSpan(feature: object): object {
  return 'over' in feature && feature.over !== 'lifetime' ? { ...feature, over: null } : feature;
}
