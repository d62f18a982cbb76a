import { z } from 'zod';
import type {
  FieldType,
  StreamTableDefinition,
  StreamTableRetention,
} from '../../domain/registry/definition.ts';
import { describedBy } from '../../domain/registry/described.ts';
import { parseDuration, parseOffset } from '../../domain/time/duration.ts';
import { MAX_SLIDES_PER_WINDOW } from '../../domain/windows/window.ts';
import { DESCRIBED_OPTIONS, type DescribedOptions, describedShape } from '../values/described.ts';
import { durationSchema, offsetSchema, positiveDurationSchema } from '../values/duration.ts';
import { identifierSchema, primaryKeysSchema } from '../values/identifier.ts';
import { type OptionNames, expectOptions } from '../values/options.ts';
import { parseOrThrow } from '../values/parse.ts';
import type { Aggregate } from './aggregates.ts';
import type { EventSource, Fields, FieldsOfType } from './event-source.ts';
import { expressionSchema, operationSchema } from './expressions/expression-schema.ts';
import type { ExpressionType, ReadingsOf, TypedExpression } from './expressions/typed-expression.ts';
import { streamTableRetentionSchema } from './retention.ts';
import { using } from './uses.ts';

const windowSchema = z
  .strictObject({
    length: positiveDurationSchema,
    slide: positiveDurationSchema,
    offset: offsetSchema.optional(),
  })
  .refine(slidesDivide, { error: 'the slide must divide the length, at most 96 times' })
  .superRefine((window, context) => {
    const message = offsetProblem(window);
    if (message !== undefined) context.addIssue({ code: 'custom', path: ['offset'], message });
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

function slidesDivide(window: { length: string; slide: string }): boolean {
  const length = parseDuration(window.length);
  const slide = parseDuration(window.slide);
  if (!length || !slide) return true;
  return length % slide === 0n && length / slide <= MAX_SLIDES_PER_WINDOW;
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
      'sum',
      'mean',
      'min',
      'max',
      'variance',
      'stddev',
      'first',
      'last',
      'approx_count_distinct',
    ]),
  }),
  z.strictObject({ ...aggregateColumns, aggregate: z.enum(['count_distinct', 'histogram']), exactUpTo }),
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

const featureSchema = z.union([
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

type FeatureOf<F extends Fields> =
  | Aggregate<'count', never, ReadingsOf<F>>
  | Aggregate<
      'sum' | 'mean' | 'variance' | 'stddev',
      Of<F, 'double' | 'integer' | 'decimal', 'number'>,
      ReadingsOf<F>
    >
  | Aggregate<'quantile', Of<F, 'double' | 'integer', 'number'>, ReadingsOf<F>>
  | Aggregate<'min' | 'max', Of<F, 'double' | 'integer' | 'timestamp', 'number'>, ReadingsOf<F>>
  | Aggregate<
      'first' | 'last',
      Of<F, 'string' | 'double' | 'integer' | 'date' | 'boolean', ExpressionType>,
      ReadingsOf<F>
    >
  | Aggregate<
      'count_distinct' | 'approx_count_distinct' | 'last_k' | 'top_k' | 'collect_set' | 'histogram',
      Of<F, 'string' | 'double' | 'integer' | 'date', 'number' | 'text'>,
      ReadingsOf<F>
    >
  | TypedExpression;

interface FeatureTypes {
  readonly number: { readonly type: 'double' };
  readonly text: { readonly type: 'string' };
  readonly boolean: { readonly type: 'boolean' };
}

/** The type of a feature as the field of a row. */
type FeatureField<F extends Fields, Feature> =
  Feature extends TypedExpression<infer Type>
    ? FeatureTypes[Type]
    : Feature extends Aggregate<infer Kind, infer Argument>
      ? Kind extends 'first' | 'last'
        ? ArgumentField<F, Argument>
        : Kind extends 'last_k' | 'top_k' | 'collect_set' | 'histogram'
          ? FeatureTypes['text']
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
type FeatureReadings<F extends Fields, Features> = ReadingsOf<{
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

/** A stream table. Its type names its features. */
export interface StreamTable<Name extends string = string> {
  readonly definition: StreamTableDefinition;
  /** Exists for the compiler only. */
  readonly features?: Name;
}

export interface StreamTableOptions<
  F extends Fields,
  Features extends Readonly<Record<string, FeatureOf<F>>>,
> extends DescribedOptions {
  readonly name: string;
  readonly source: EventSource<F>;
  /**
   * The fields that, with `feature_ts`, identify a row. An event in which one is null or empty is not about the
   * table. Default: the source's entity.
   */
  readonly primaryKeys?: readonly FieldsOfType<F, 'string'>[];
  /**
   * Windows of `length` end at each multiple of `slide` since 1970, in UTC. A feature covers the whole
   * `length` unless it has the option `over`. With a slide of a day or more, `offset` says how far after
   * midnight in UTC a day begins: `5 hours` where midnight is at 05:00 UTC, `-1 hour` where it is at 23:00.
   */
  readonly window: { readonly length: string; readonly slide: string; readonly offset?: string | undefined };
  /**
   * How long after the window's end a row becomes visible, in training and in serving. Default: `0 seconds`.
   */
  readonly availableAfter?: string;
  readonly features: Features & OperandsKnown<F, Features>;
  /** How long tiles and superseded row versions are retained. Omitted: retained forever. */
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
 */
export function streamTable<F extends Fields, const Features extends Readonly<Record<string, FeatureOf<F>>>>(
  options: StreamTableOptions<F, Features>,
): StreamTable<keyof Features & string> {
  expectOptions('stream table', options, OPTIONS);
  const { name, source, window, availableAfter = '0 seconds' } = options;
  const { primaryKeys = [source.definition.entity], features, retention } = options;
  const definition = parseOrThrow(
    streamTableSchema,
    {
      kind: 'stream_table',
      name,
      source: source.definition.name,
      primaryKeys,
      window,
      availableAfter,
      features: Object.entries(features).map(([feature, spec]) => ({ ...(spec as object), name: feature })),
      retention,
      ...describedBy(options),
    },
    'ASOF_DEFINITION_INVALID',
    `stream table '${name}'`,
  );
  return using({ definition }, source);
}
