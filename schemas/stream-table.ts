import { z } from 'zod';
import type { StreamTableDefinition } from '../domain/definition.ts';
import { parseDuration } from '../domain/duration.ts';
import { MAX_SLIDES_PER_WINDOW } from '../domain/window.ts';
import { durationSchema, positiveDurationSchema } from './duration.ts';
import type { EventSource, Fields, FieldsOfType } from './event-source.ts';
import type { Aggregate, Ratio } from './features.ts';
import { identifierSchema } from './identifier.ts';
import { parseOrThrow } from './parse.ts';

const windowSchema = z
  .strictObject({ length: positiveDurationSchema, slide: positiveDurationSchema })
  .refine(slidesDivide, { error: 'the slide must divide the length, at most 96 times' });

function slidesDivide(window: { length: string; slide: string }): boolean {
  const length = parseDuration(window.length);
  const slide = parseDuration(window.slide);
  if (!length || !slide) return true;
  return length % slide === 0n && length / slide <= MAX_SLIDES_PER_WINDOW;
}

const featureSchema = z.union([
  z.strictObject({
    name: identifierSchema,
    aggregate: z.enum(['count', 'sum', 'count_distinct', 'last']),
    field: z.string().nullable(),
    where: z.record(z.string(), z.union([z.string(), z.number()])).nullable(),
  }),
  z.strictObject({ name: identifierSchema, numerator: z.string(), denominator: z.string() }),
]);

export const streamTableSchema = z.strictObject({
  kind: z.literal('stream_table'),
  name: identifierSchema,
  source: z.string(),
  primaryKeys: z.array(z.string()).min(1),
  window: windowSchema,
  availableAfter: durationSchema,
  features: z.array(featureSchema).min(1),
}) satisfies z.ZodType<StreamTableDefinition>;

type FeatureOf<F extends Fields> =
  | Aggregate<'count', never>
  | Aggregate<'sum', FieldsOfType<F, 'double'>>
  | Aggregate<'count_distinct' | 'last', FieldsOfType<F, 'string' | 'double'>>
  | Ratio;

/** Ratios may name features of their own table only. */
type RatiosKnown<Features> = {
  [Name in keyof Features]: Features[Name] extends Ratio<infer Named>
    ? [Named] extends [keyof Features]
      ? unknown
      : Ratio<keyof Features & string>
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
  /** What rows are keyed by, with `feature_ts`. The source's entity unless said. */
  readonly primaryKeys?: readonly FieldsOfType<F, 'string'>[];
  /** Each row covers `length` and there is one every `slide`; ends are aligned to the epoch, in UTC. */
  readonly window: { readonly length: string; readonly slide: string };
  /** How long after the window's end a row may be read, in training and in serving alike. Default `0 seconds`. */
  readonly availableAfter?: string;
  readonly features: Features & RatiosKnown<Features>;
}

/**
 * Declares a feature table that the stream keeps: one row for each entity and window in which something happened.
 *
 * @throws AsofError `ASOF_DEFINITION_INVALID`, listing every problem.
 */
export function streamTable<F extends Fields, const Features extends Readonly<Record<string, FeatureOf<F>>>>(
  options: StreamTableOptions<F, Features>,
): StreamTable {
  const { name, source, window, availableAfter = '0 seconds' } = options;
  const { primaryKeys = [source.definition.entity], features } = options;
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
    },
    'ASOF_DEFINITION_INVALID',
    `stream table '${name}'`,
  );
  return { definition };
}
