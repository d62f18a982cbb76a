import { z } from 'zod';
import { dailyTypes } from '../../domain/batch/daily-types.ts';
import { columnTypes } from '../../domain/batch/joined-tables.ts';
import { AsofError } from '../../domain/errors/asof-error.ts';
import { quoted } from '../../domain/errors/quoted.ts';
import type {
  BatchTableDefinition,
  FeatureDefinition,
  TableRetention,
} from '../../domain/registry/definition.ts';
import { describedBy } from '../../domain/registry/described.ts';
import { FEATURE_ROW_COLUMNS } from '../../domain/registry/reserved-columns.ts';
import type { Schedule } from '../../domain/time/timetable.ts';
import { DESCRIBED_OPTIONS, type DescribedOptions, describedShape } from '../values/described.ts';
import { durationSchema } from '../values/duration.ts';
import { identifierSchema, primaryKeysSchema } from '../values/identifier.ts';
import { type OptionNames, expectOptions } from '../values/options.ts';
import { noteProblem } from '../values/problems.ts';
import { rowSizeProblem } from '../values/row-size.ts';
import { scheduleSchema } from '../values/schedule.ts';
import type { DailyFeatureOf, DailyFields, DailyOperands } from './batch/daily-features.ts';
import { batchFeatureSchema, dailyFeatureSchema } from './batch/daily-schema.ts';
import type { EventSource, Fields, FieldsOfType } from './event-source.ts';
import type { NeededName } from './expressions/typed-expression.ts';
import { define } from './making/define.ts';
import type { ReferenceTable } from './reference-table.ts';
import { tableRetentionSchema } from './retention.ts';
import type { FeatureReadings } from './stream-table.ts';
import { type TypedFeatures, type TypedReadings, repeated, typedFeatures } from './typed-features.ts';

export const batchTableSchema = z
  .strictObject({
    kind: z.literal('batch_table'),
    name: identifierSchema,
    source: z.string(),
    references: z.array(z.string()),
    primaryKeys: primaryKeysSchema,
    schedule: scheduleSchema,
    availableAfter: durationSchema,
    features: z.array(batchFeatureSchema).min(1),
    sql: z
      .string()
      .min(1)
      .refine((text) => !/\$\d/.test(text), {
        error: 'a batch query has no parameters; the logical time is `at` of the relation `moment`',
      })
      .optional(),
    lookBack: durationSchema.optional(),
    retention: tableRetentionSchema,
    intermediate: z.array(dailyFeatureSchema).optional(),
    ...describedShape,
  })
  .superRefine(({ primaryKeys, features, references, sql, intermediate = [] }, context) => {
    const isComputed = (feature: object): boolean => 'aggregate' in feature || 'expression' in feature;
    const amiss = features.filter((feature) => isComputed(feature) !== (sql === undefined));
    for (const { name } of sql === undefined ? amiss : [...amiss, ...intermediate]) {
      const message =
        sql === undefined
          ? `there is no sql that gives '${name}'; make it an aggregate or an expression`
          : `'${name}' is computed, and sql gives every feature; give it a type, or leave out sql`;
      context.addIssue({ code: 'custom', path: ['features'], message });
    }
    const columns = [...primaryKeys, ...[...intermediate, ...features].map(({ name }) => name)];
    for (const name of repeated(columns))
      context.addIssue({ code: 'custom', path: ['features'], message: `there are two columns '${name}'` });
    const types = [...primaryKeys.map(() => 'string' as const), ...features.map(({ type }) => type)];
    const message = rowSizeProblem(types, FEATURE_ROW_COLUMNS);
    if (message !== undefined) context.addIssue({ code: 'custom', path: ['features'], message });
    for (const name of repeated(references))
      context.addIssue({ code: 'custom', path: ['references'], message: `'${name}' is named twice` });
  }) satisfies z.ZodType<BatchTableDefinition>;

/** A batch table. Its type names its features, and says what expressions may read of them. */
export interface BatchTable<Name extends string = string, Readings extends NeededName = NeededName> {
  readonly definition: BatchTableDefinition;
  /** Exists for the compiler only. */
  readonly features?: Name;
  /** Exists for the compiler only. */
  readonly readings?: Readings;
}

/** Options of every batch table. */
interface CommonOptions<F extends Fields> extends DescribedOptions {
  /** The table's name. Its rows are in `features.<name>`. */
  readonly name: string;
  /** The event source whose events are read. */
  readonly source: EventSource<F>;
  /**
   * The fields that, with `feature_ts`, identify a row. An event in which one is null or empty is not about the
   * table; relation `entities` of a query is without it. Nor is one in which they have more than 1,024 bytes together,
   * if the table has no `sql`. Default: the source's entity.
   */
  readonly primaryKeys?: readonly FieldsOfType<F, 'string'>[];
  /**
   * A cron expression, whose times are the logical times: `0 0 * * *`, `0 0 * * MON`, `@daily`. Without `sql` they
   * are midnights in UTC. With it, any times in UTC, or in a time zone:
   * `{ cron: '0 6 * * MON-FRI', timezone: 'Europe/Paris' }`.
   */
  readonly schedule: Schedule;
  /**
   * How long after the logical time a row becomes visible, in training and in serving. Default: `0 seconds`.
   */
  readonly availableAfter?: string;
  /** How long superseded row versions (`history`) are retained. Omitted: forever. */
  readonly retention?: TableRetention;
}

export interface BatchTableOptions<
  F extends Fields,
  R extends ReferenceTable,
  Intermediate extends Readonly<Record<string, DailyFeatureOf<F, R>>>,
  Features extends Readonly<Record<string, DailyFeatureOf<F, R>>>,
> extends CommonOptions<F> {
  /**
   * Without `sql`: the reference tables whose columns features name as `table.column`, as of the logical time. One
   * whose primary keys are among those of the batch table is joined to each row, and derived features name its
   * columns. One whose primary keys are other fields is joined to each event, and aggregates are of its columns.
   * Default: none.
   */
  readonly references?: readonly R[];
  /**
   * Without `sql`: how far before the logical time events are read, such as `90 days`, at least as far as each
   * feature. An entity without an event since then has no row. Default: `everything`.
   */
  readonly reads?: string;
  /** Without `sql`: features that others are computed from, and that no row has. Default: none. */
  readonly intermediate?: Intermediate & DailyOperands<F, R, Intermediate, Intermediate & Features>;
  /**
   * Without `sql`: [aggregates](#aggregates), each `over` whole days before the logical time or over a lifetime,
   * and [expressions](#expressions) of these, of columns of joined rows, and of the logical time.
   */
  readonly features: Features & DailyOperands<F, R, Features, Intermediate & Features>;
  /** A table with `sql` has other options. */
  readonly sql?: undefined;
}

export interface QueriedTableOptions<F extends Fields, Of extends TypedFeatures> extends CommonOptions<F> {
  /** With `sql`: the reference tables that the query reads by their names, as of the logical time. Default: none. */
  readonly references?: readonly ReferenceTable[];
  /**
   * With `sql`: how far before the logical time `events` begins: `90 days`, or `everything`. A source that retains
   * raw events for a limited time must retain them longer than this and `allowedLateness` together.
   */
  readonly reads: string;
  /**
   * With `sql`: the features with their types, `bigint`, `double`, `string` or `boolean`; or
   * `{ type, description, owner, tags }`. A vector is `{ type: 'double[]', length: 64 }`.
   */
  readonly features: Of;
  /**
   * In place of aggregates and expressions: a SELECT whose columns are the primary keys and the features. It reads `moment` (one row, whose column
   * `at` is the logical time), `events` (the events with an event time before `at`), `entities` (the distinct
   * keys of these events) and the reference tables.
   */
  readonly sql: string;
}

type AnyTableOptions = BatchTableOptions<
  Fields,
  ReferenceTable,
  Readonly<Record<string, DailyFeatureOf<Fields, ReferenceTable>>>,
  Readonly<Record<string, DailyFeatureOf<Fields, ReferenceTable>>>
>;

const COMMON_OPTIONS = {
  name: true,
  source: true,
  references: true,
  primaryKeys: true,
  schedule: true,
  availableAfter: true,
  reads: true,
  features: true,
  sql: true,
  retention: true,
  ...DESCRIBED_OPTIONS,
} as const;

const OPTIONS: OptionNames<AnyTableOptions> = { ...COMMON_OPTIONS, intermediate: true };

const QUERIED_OPTIONS: OptionNames<QueriedTableOptions<Fields, TypedFeatures>> = COMMON_OPTIONS;

const ZONED_SCHEDULE: OptionNames<Exclude<Schedule, string>> = { cron: true, timezone: true };

/**
 * Declares a feature table that is computed as of each time of a schedule, the **logical time**, which is the
 * `feature_ts` of the rows. It is merged from tiles of whole days: a day costs the events of that day and the
 * entities, however long the history is.
 *
 * @throws AsofError `ASOF_DEFINITION_INVALID`, listing every problem.
 * @example
 * ```ts
 * export const userSpending = batchTable({
 *   name: 'user_spending',
 *   source: userEvents,
 *   references: [users, products],
 *   schedule: '0 0 * * *',
 *   intermediate: {
 *     first_event_at: min('event_ts', { over: 'lifetime' }),
 *   },
 *   features: {
 *     revenue_30d: sum('revenue', { over: '30 days', where: { event_type: 'purchase' } }),
 *     favourite_category: mostFrequent('products.category', { over: 'lifetime' }),
 *     age_in_days: floor(divide(secondsBetween(toTime('first_event_at'), logicalTime()), 86_400)),
 *     tier: coalesce('users.subscription_tier', text('none')),
 *   },
 * });
 * ```
 */
export function batchTable<
  F extends Fields,
  const R extends ReferenceTable = never,
  const Intermediate extends Readonly<Record<string, DailyFeatureOf<F, R>>> = Readonly<Record<never, never>>,
  const Features extends Readonly<Record<string, DailyFeatureOf<F, R>>> = Readonly<Record<never, never>>,
>(
  options: BatchTableOptions<F, R, Intermediate, Features>,
): BatchTable<keyof Features & string, FeatureReadings<DailyFields<F, R>, Features>>;
/**
 * Declares a feature table that one SQL query computes instead: the way out for what the language cannot say. It reads
 * its events again at each time.
 *
 * @throws AsofError `ASOF_DEFINITION_INVALID`, listing every problem.
 * @example
 * ```ts
 * export const userSpending = batchTable({
 *   name: 'user_spending',
 *   source: userEvents,
 *   references: [users],
 *   schedule: '0 6 * * *',
 *   reads: '30 days',
 *   features: { revenue_30d: 'double', tier: 'string' },
 *   sql: `
 *     SELECT user_id,
 *            coalesce(sum(asof.exact(revenue)), 0)::double precision AS revenue_30d,
 *            max(subscription_tier) AS tier
 *     FROM events CROSS JOIN moment LEFT JOIN users USING (user_id)
 *     GROUP BY user_id`,
 * });
 * ```
 */
export function batchTable<F extends Fields, const Of extends TypedFeatures>(
  options: QueriedTableOptions<F, Of>,
): BatchTable<keyof Of & string, TypedReadings<Of>>;
export function batchTable(
  options: AnyTableOptions | QueriedTableOptions<Fields, TypedFeatures>,
): BatchTable {
  expectOptions('batch table', options, isQuery(options) ? QUERIED_OPTIONS : OPTIONS);
  const { name, source, references = [], availableAfter = '0 seconds', retention } = options;
  const schedule =
    typeof options.schedule === 'object'
      ? expectOptions(`schedule of batch table ${quoted(name)}`, options.schedule, ZONED_SCHEDULE)
      : options.schedule;
  const { primaryKeys = [source.definition.entity] } = options;
  return define(
    batchTableSchema,
    {
      kind: 'batch_table',
      name,
      source: source.definition.name,
      references: references.map((reference) => reference.definition.name),
      primaryKeys,
      schedule,
      availableAfter,
      retention,
      lookBack: options.reads === 'everything' ? undefined : options.reads,
      ...(isQuery(options) ? queryOf(options) : dailyFeaturesOf(options)),
      ...describedBy(options),
    },
    {
      uses: [source, ...references],
      parts: isQuery(options) ? {} : partsOf(options),
      standIns: { schedule: { schedule: '@daily' }, availableAfter: { availableAfter: '0 seconds' } },
    },
  );
}

/** What users declare by calls of their own. */
function partsOf({ features, intermediate = {} }: AnyTableOptions) {
  return { features, intermediate };
}

function isQuery(
  options: AnyTableOptions | QueriedTableOptions<Fields, TypedFeatures>,
): options is QueriedTableOptions<Fields, TypedFeatures> {
  return options.sql !== undefined;
}

function queryOf({ name, features, sql, reads }: QueriedTableOptions<Fields, TypedFeatures>) {
  const definition = `batch table ${quoted(name)}`;
  const message =
    "its option reads is missing: say how far before the logical time the query reads events, such as '90 days', or 'everything'";
  if (typeof reads === 'string' || noteProblem(new Error(), { definition, path: 'reads', message }))
    return { features: typedFeatures(features), sql };
  throw new AsofError('ASOF_DEFINITION_INVALID', `${definition} is not valid:\n✖ ${message}`);
}

/** The features with the types of their columns. */
function dailyFeaturesOf({ source, references = [], intermediate = {}, features }: AnyTableOptions) {
  const own = namedFeatures(features);
  const others = namedFeatures(intermediate);
  const types = dailyTypes(
    [...others, ...own],
    columnTypes(
      source.definition,
      references.map(({ definition }) => definition),
    ),
  );
  const typed = (feature: FeatureDefinition) => ({ ...feature, type: types.get(feature.name) });
  return {
    features: own.map(typed),
    ...(others.length === 0 ? {} : { intermediate: others.map(typed) }),
  };
}

function namedFeatures(features: Readonly<Record<string, object>>): FeatureDefinition[] {
  return Object.entries(features).map(([name, spec]) => ({ ...spec, name }) as FeatureDefinition);
}
