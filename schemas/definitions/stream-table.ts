import { z } from 'zod';
import type {
  Expression,
  StreamTableDefinition,
  StreamTableRetention,
} from '../../domain/registry/definition.ts';
import { parseDuration } from '../../domain/time/duration.ts';
import { MAX_SLIDES_PER_WINDOW } from '../../domain/windows/window.ts';
import { durationSchema, positiveDurationSchema } from '../values/duration.ts';
import { identifierSchema, primaryKeysSchema } from '../values/identifier.ts';
import { parseOrThrow } from '../values/parse.ts';
import type { Aggregate } from './aggregates.ts';
import type { EventSource, Fields, FieldsOfType } from './event-source.ts';
import type { Derived } from './expressions.ts';
import { streamTableRetentionSchema } from './retention.ts';

const windowSchema = z
  .strictObject({ length: positiveDurationSchema, slide: positiveDurationSchema })
  .refine(slidesDivide, { error: 'the slide must divide the length, at most 96 times' });

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
  field: z.string().nullable(),
  where: z.record(z.string(), z.union([z.string(), z.number(), z.boolean()])).nullable(),
  over: z.union([z.literal('lifetime'), positiveDurationSchema]).nullable(),
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

const expressionSchema: z.ZodType<Expression> = z.union([
  z.string(),
  z.number(),
  z.strictObject({
    op: z.enum(['add', 'subtract', 'multiply', 'divide', 'coalesce']),
    of: z.array(z.lazy(() => expressionSchema)).min(2),
  }),
]);

const featureSchema = z.union([
  aggregateSchema,
  z.strictObject({ name: identifierSchema, expression: expressionSchema }),
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
}) satisfies z.ZodType<StreamTableDefinition>;

type FeatureOf<F extends Fields> =
  | Aggregate<'count', never>
  | Aggregate<'sum' | 'mean' | 'variance' | 'stddev', FieldsOfType<F, 'double' | 'integer' | 'decimal'>>
  | Aggregate<'quantile', FieldsOfType<F, 'double' | 'integer'>>
  | Aggregate<'min' | 'max', FieldsOfType<F, 'double' | 'integer' | 'timestamp'>>
  | Aggregate<
      | 'first'
      | 'last'
      | 'count_distinct'
      | 'approx_count_distinct'
      | 'last_k'
      | 'top_k'
      | 'collect_set'
      | 'histogram',
      FieldsOfType<F, 'string' | 'double' | 'integer' | 'date'>
    >
  | Derived;

/** Restricts the operands of expressions to features of the same table. */
type OperandsKnown<Features> = {
  [Name in keyof Features]: Features[Name] extends Derived<infer Named>
    ? [Named] extends [keyof Features]
      ? unknown
      : Derived<keyof Features & string>
    : unknown;
};

export interface StreamTable {
  readonly definition: StreamTableDefinition;
}

export interface StreamTableOptions<
  F extends Fields,
  Features extends Readonly<Record<string, FeatureOf<F>>>,
> {
  readonly name: string;
  readonly source: EventSource<F>;
  /**
   * The fields that, with `feature_ts`, identify a row. An event in which one is null or empty is not about the
   * table. Default: the source's entity.
   */
  readonly primaryKeys?: readonly FieldsOfType<F, 'string'>[];
  /**
   * Windows of `length` end at each multiple of `slide` since 1970, in UTC. A feature covers the whole
   * `length` unless it has the option `over`.
   */
  readonly window: { readonly length: string; readonly slide: string };
  /**
   * How long after the window's end a row becomes visible, in training and in serving. Default: `0 seconds`.
   */
  readonly availableAfter?: string;
  readonly features: Features & OperandsKnown<Features>;
  /** How long tiles and superseded row versions are retained. Omitted: retained forever. */
  readonly retention?: StreamTableRetention;
}

/**
 * Declares a feature table that a stream makes: one row for each entity and window in which something
 * happened.
 *
 * @throws AsofError `ASOF_DEFINITION_INVALID`, listing every problem.
 */
export function streamTable<F extends Fields, const Features extends Readonly<Record<string, FeatureOf<F>>>>(
  options: StreamTableOptions<F, Features>,
): StreamTable {
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
      features: Object.entries(features).map(([feature, spec]) => ({ name: feature, ...(spec as object) })),
      retention,
    },
    'ASOF_DEFINITION_INVALID',
    `stream table '${name}'`,
  );
  return { definition };
}
