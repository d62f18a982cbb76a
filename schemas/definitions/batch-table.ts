import { z } from 'zod';
import { quoted } from '../../domain/errors/quoted.ts';
import type { BatchTableDefinition, FeatureType, TableRetention } from '../../domain/registry/definition.ts';
import { FEATURE_ROW_COLUMNS } from '../../domain/registry/reserved-columns.ts';
import { cronSchema } from '../values/cron.ts';
import { durationSchema } from '../values/duration.ts';
import { identifierSchema, primaryKeysSchema } from '../values/identifier.ts';
import { parseOrThrow } from '../values/parse.ts';
import { rowSizeProblem } from '../values/row-size.ts';
import type { EventSource, Fields, FieldsOfType } from './event-source.ts';
import type { ReferenceTable } from './reference-table.ts';
import { tableRetentionSchema } from './retention.ts';

/** A feature with a declared type. */
export const typedFeatureSchema = z.strictObject({
  name: identifierSchema.refine((name) => !FEATURE_ROW_COLUMNS.includes(name), {
    error: ({ input }) => `${quoted(input)} is a column that Asof writes itself; rename the feature`,
  }),
  type: z.enum(['bigint', 'double', 'string']),
});

export const batchTableSchema = z
  .strictObject({
    kind: z.literal('batch_table'),
    name: identifierSchema,
    source: z.string(),
    references: z.array(z.string()),
    primaryKeys: primaryKeysSchema,
    schedule: cronSchema,
    availableAfter: durationSchema,
    features: z.array(typedFeatureSchema).min(1),
    sql: z
      .string()
      .min(1)
      .refine((text) => !/\$\d/.test(text), {
        error: 'a batch query has no parameters; the logical time is `at` of the relation `moment`',
      }),
    lookBack: durationSchema.optional(),
    retention: tableRetentionSchema,
  })
  .superRefine(({ primaryKeys, features, references }, context) => {
    const columns = [...primaryKeys, ...features.map(({ name }) => name)];
    for (const name of repeated(columns))
      context.addIssue({ code: 'custom', path: ['features'], message: `there are two columns '${name}'` });
    const types = [...primaryKeys.map(() => 'string' as const), ...features.map(({ type }) => type)];
    const message = rowSizeProblem(types, FEATURE_ROW_COLUMNS);
    if (message !== undefined) context.addIssue({ code: 'custom', path: ['features'], message });
    for (const name of repeated(references))
      context.addIssue({ code: 'custom', path: ['references'], message: `'${name}' is named twice` });
  }) satisfies z.ZodType<BatchTableDefinition>;

export function repeated(names: readonly string[]): string[] {
  return names.filter((name, index) => names.indexOf(name) !== index);
}

export interface BatchTable {
  readonly definition: BatchTableDefinition;
}

export interface BatchTableOptions<F extends Fields> {
  readonly name: string;
  readonly source: EventSource<F>;
  /** Reference tables that the query reads by their names. Each is read as of the logical time. */
  readonly references?: readonly ReferenceTable[];
  /**
   * The fields that, with `feature_ts`, identify a row. Relation `entities` of the query is without those of
   * which one is null or empty. Default: the source's entity.
   */
  readonly primaryKeys?: readonly FieldsOfType<F, 'string'>[];
  /** A cron expression in UTC. Its times are the logical times. */
  readonly schedule: string;
  /**
   * How long after the logical time a row becomes visible, in training and in serving. Default: `0 seconds`.
   */
  readonly availableAfter?: string;
  /**
   * How far before the logical time the query reads events. Required where the source retains its raw events
   * for a limited time, which must be longer. Omitted: the query reads all events before the logical time.
   */
  readonly lookBack?: string;
  readonly features: Readonly<Record<string, FeatureType>>;
  /**
   * A SELECT whose columns are the primary keys and the features. It reads `moment` (one row, whose column
   * `at` is the logical time), `events` (the events with an event time before `at`), `entities` (the distinct
   * keys of these events) and the reference tables.
   */
  readonly sql: string;
  /** How long superseded row versions are retained. Omitted: retained forever. */
  readonly retention?: TableRetention;
}

/**
 * Declares a feature table that one SQL query computes as of each time of a schedule.
 *
 * @throws AsofError `ASOF_DEFINITION_INVALID`, listing every problem.
 */
export function batchTable<F extends Fields>(options: BatchTableOptions<F>): BatchTable {
  const { name, source, references = [], availableAfter = '0 seconds', schedule, features, sql } = options;
  const { primaryKeys = [source.definition.entity], lookBack, retention } = options;
  const definition = parseOrThrow(
    batchTableSchema,
    {
      kind: 'batch_table',
      name,
      source: source.definition.name,
      references: references.map((reference) => reference.definition.name),
      primaryKeys,
      schedule,
      availableAfter,
      features: Object.entries(features).map(([feature, type]) => ({ name: feature, type })),
      sql,
      lookBack,
      retention,
    },
    'ASOF_DEFINITION_INVALID',
    `batch table '${name}'`,
  );
  return { definition };
}
