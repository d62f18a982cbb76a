import { z } from 'zod';
import { quoted } from '../../domain/errors/quoted.ts';
import type { ExternalTableDefinition, TableRetention } from '../../domain/registry/definition.ts';
import { describedBy } from '../../domain/registry/described.ts';
import { FEATURE_ROW_COLUMNS } from '../../domain/registry/reserved-columns.ts';
import { EPOCH_UNITS } from '../../domain/time/epoch.ts';
import { DESCRIBED_OPTIONS, type DescribedOptions, describedShape } from '../values/described.ts';
import { durationSchema } from '../values/duration.ts';
import { identifierSchema, primaryKeysSchema } from '../values/identifier.ts';
import { type OptionNames, expectOptions } from '../values/options.ts';
import { rowSizeProblem } from '../values/row-size.ts';
import type { TimeOptions } from './event-source.ts';
import type { NeededName } from './expressions/typed-expression.ts';
import { readingProblems, zoneSchema } from './field-reading.ts';
import { define } from './making/define.ts';
import { tableRetentionSchema } from './retention.ts';
import {
  type TypedFeatures,
  type TypedReadings,
  repeated,
  typedFeatureSchema,
  typedFeatures,
} from './typed-features.ts';

const keySchema = identifierSchema.refine((name) => !FEATURE_ROW_COLUMNS.includes(name), {
  error: ({ input }) => `${quoted(input)} is a column that Asof writes itself; rename the key`,
});

const timestampSchema = z
  .strictObject({
    column: z.string().min(1).max(200),
    unit: z.enum(EPOCH_UNITS).optional(),
    zone: zoneSchema.optional(),
  })
  .superRefine(({ column, ...reading }, context) => {
    const field = { name: column, type: 'timestamp', required: true, ...reading } as const;
    for (const message of readingProblems(field)) context.addIssue({ code: 'custom', message });
  });

export const externalTableSchema = z
  .strictObject({
    kind: z.literal('external_table'),
    name: identifierSchema,
    primaryKeys: primaryKeysSchema.pipe(z.array(keySchema)),
    timestamp: timestampSchema,
    availableAfter: durationSchema,
    features: z.array(typedFeatureSchema).min(1),
    retention: tableRetentionSchema,
    ...describedShape,
  })
  .superRefine(({ primaryKeys, timestamp, features }, context) => {
    const columns = [...primaryKeys, timestamp.column, ...features.map(({ name }) => name)];
    for (const name of repeated(columns))
      context.addIssue({ code: 'custom', path: ['features'], message: `there are two columns '${name}'` });
    const types = [...primaryKeys.map(() => 'string' as const), ...features.map(({ type }) => type)];
    const message = rowSizeProblem(types, FEATURE_ROW_COLUMNS);
    if (message !== undefined) context.addIssue({ code: 'custom', path: ['features'], message });
  }) satisfies z.ZodType<ExternalTableDefinition>;

/** An external table. Its type names its features, and says what expressions may read of them. */
export interface ExternalTable<Name extends string = string, Readings extends NeededName = NeededName> {
  readonly definition: ExternalTableDefinition;
  /** Exists for the compiler only. */
  readonly features?: Name;
  /** Exists for the compiler only. */
  readonly readings?: Readings;
}

export interface ExternalTableOptions<Of extends TypedFeatures> extends DescribedOptions {
  /** The table's name. Its rows are in `features.<name>`. No reference table has the same name. */
  readonly name: string;
  /** The columns that, with the timestamp, identify a row. They hold texts, or whole numbers by their digits. */
  readonly primaryKeys: readonly string[];
  /**
   * The column with the moment that a row is about, which becomes `feature_ts`; with a `unit` where it is a
   * number since 1970, or the `zone` of times without an offset, which is UTC where none is given.
   */
  readonly timestamp: string | ({ readonly column: string } & TimeOptions);
  /**
   * The other columns with their types, `bigint`, `double`, `string` or `boolean`; or `{ type, description, owner,
   * tags }`. A vector is `{ type: 'double[]', length: 64 }`. Each can be null.
   */
  readonly features: Of;
  /**
   * How long after its timestamp a row becomes visible, in training and in serving: the time that computing
   * and writing it takes. Default: `0 seconds`.
   */
  readonly availableAfter?: string;
  /** How long superseded row versions (`history`) are retained. Omitted: forever. */
  readonly retention?: TableRetention;
}

const OPTIONS: OptionNames<ExternalTableOptions<TypedFeatures>> = {
  name: true,
  primaryKeys: true,
  timestamp: true,
  features: true,
  availableAfter: true,
  retention: true,
  ...DESCRIBED_OPTIONS,
};

/**
 * Declares a feature table that somebody else computes, such as a warehouse or a notebook, and writes with
 * `asof write-table`.
 *
 * @throws AsofError `ASOF_DEFINITION_INVALID`, listing every problem.
 * @example
 * ```ts
 * export const customerScores = externalTable({
 *   name: 'customer_scores',
 *   primaryKeys: ['customer_id'],
 *   timestamp: { column: 'scored_at', unit: 'milliseconds' },
 *   availableAfter: '6 hours',
 *   features: { churn_score: 'double', orders_90d: 'bigint', segment: 'string' },
 * });
 * ```
 */
export function externalTable<const Of extends TypedFeatures>(
  options: ExternalTableOptions<Of>,
): ExternalTable<keyof Of & string, TypedReadings<Of>> {
  expectOptions('external table', options, OPTIONS);
  const { name, primaryKeys, timestamp, features, availableAfter = '0 seconds', retention } = options;
  return define(
    externalTableSchema,
    {
      kind: 'external_table',
      name,
      primaryKeys,
      timestamp: typeof timestamp === 'string' ? { column: timestamp } : timestamp,
      availableAfter,
      features: typedFeatures(features),
      retention,
      ...describedBy(options),
    },
    { standIns: { availableAfter: { availableAfter: '0 seconds' } } },
  );
}
