import { z } from 'zod';
import { quoted } from '../../domain/errors/quoted.ts';
import type {
  ExternalTableDefinition,
  FeatureType,
  TableRetention,
} from '../../domain/registry/definition.ts';
import { FEATURE_ROW_COLUMNS } from '../../domain/registry/reserved-columns.ts';
import { EPOCH_UNITS } from '../../domain/time/epoch.ts';
import { durationSchema } from '../values/duration.ts';
import { identifierSchema, primaryKeysSchema } from '../values/identifier.ts';
import { parseOrThrow } from '../values/parse.ts';
import { rowSizeProblem } from '../values/row-size.ts';
import { repeated, typedFeatureSchema } from './batch-table.ts';
import type { TimeOptions } from './event-source.ts';
import { readingProblems, zoneSchema } from './field-reading.ts';
import { tableRetentionSchema } from './retention.ts';

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
  })
  .superRefine(({ primaryKeys, timestamp, features }, context) => {
    const columns = [...primaryKeys, timestamp.column, ...features.map(({ name }) => name)];
    for (const name of repeated(columns))
      context.addIssue({ code: 'custom', path: ['features'], message: `there are two columns '${name}'` });
    const types = [...primaryKeys.map(() => 'string' as const), ...features.map(({ type }) => type)];
    const message = rowSizeProblem(types, FEATURE_ROW_COLUMNS);
    if (message !== undefined) context.addIssue({ code: 'custom', path: ['features'], message });
  }) satisfies z.ZodType<ExternalTableDefinition>;

export interface ExternalTable {
  readonly definition: ExternalTableDefinition;
}

export interface ExternalTableOptions {
  readonly name: string;
  /** The columns that, with the timestamp, identify a row. They hold texts, or whole numbers by their digits. */
  readonly primaryKeys: readonly string[];
  /**
   * The column with the moment that a row is about, which becomes `feature_ts`; with a `unit` where it is a
   * number, or the `zone` of times without an offset. Default of the zone: UTC.
   */
  readonly timestamp: string | ({ readonly column: string } & TimeOptions);
  /** The other columns, with their types. Each can be null. */
  readonly features: Readonly<Record<string, FeatureType>>;
  /**
   * How long after its timestamp a row becomes visible, in training and in serving: the time that computing
   * and writing it takes. Default: `0 seconds`.
   */
  readonly availableAfter?: string;
  /** How long superseded row versions are retained. Omitted: retained forever. */
  readonly retention?: TableRetention;
}

/**
 * Declares a feature table that somebody else computes, such as a warehouse or a notebook, and writes with
 * `asof write-table`.
 *
 * @throws AsofError `ASOF_DEFINITION_INVALID`, listing every problem.
 */
export function externalTable(options: ExternalTableOptions): ExternalTable {
  const { name, primaryKeys, timestamp, features, availableAfter = '0 seconds', retention } = options;
  const { column, unit, zone } = typeof timestamp === 'string' ? { column: timestamp } : timestamp;
  const definition = parseOrThrow(
    externalTableSchema,
    {
      kind: 'external_table',
      name,
      primaryKeys,
      timestamp: { column, unit, zone },
      availableAfter,
      features: Object.entries(features).map(([feature, type]) => ({ name: feature, type })),
      retention,
    },
    'ASOF_DEFINITION_INVALID',
    `external table '${name}'`,
  );
  return { definition };
}
