import { z } from 'zod';
import { quoted } from '../../domain/errors/quoted.ts';
import {
  type ReferenceTableDefinition,
  SCALAR_TYPES,
  type ScalarType,
} from '../../domain/registry/definition.ts';
import { describedBy } from '../../domain/registry/described.ts';
import { REFERENCE_ROW_COLUMNS } from '../../domain/registry/reserved-columns.ts';
import { DESCRIBED_OPTIONS, type DescribedOptions, describedShape } from '../values/described.ts';
import { identifierSchema, primaryKeysSchema } from '../values/identifier.ts';
import { type OptionNames, expectOptions } from '../values/options.ts';
import { rowSizeProblem } from '../values/row-size.ts';
import type { Field, FieldsOfType } from './event-source.ts';
import { define } from './making/define.ts';

/** The names of the other relations that a batch query reads. */
const RESERVED_NAMES = ['moment', 'events', 'entities'];

const fieldSchema = z.strictObject({
  name: identifierSchema.refine((name) => !REFERENCE_ROW_COLUMNS.includes(name), {
    error: ({ input }) => `${quoted(input)} is a column that every reference table has; rename the field`,
  }),
  type: z.enum(SCALAR_TYPES, {
    error: ({ input }) =>
      `${quoted(input)} is none of the types of a reference table: ${SCALAR_TYPES.join(', ')}`,
  }),
  required: z.boolean(),
  ...describedShape,
});

export const referenceTableSchema = z
  .strictObject({
    kind: z.literal('reference_table'),
    name: identifierSchema.refine((name) => !RESERVED_NAMES.includes(name), {
      error: ({ input }) => `${quoted(input)} is what batch queries call something else; rename the table`,
    }),
    primaryKeys: primaryKeysSchema,
    fields: z.array(fieldSchema).min(1),
    ...describedShape,
  })
  .superRefine(({ primaryKeys, fields }, context) => {
    if (new Set(fields.map(({ name }) => name)).size < fields.length)
      context.addIssue({ code: 'custom', path: ['fields'], message: 'two fields have the same name' });
    if (new Set(primaryKeys).size < primaryKeys.length)
      context.addIssue({ code: 'custom', path: ['primaryKeys'], message: 'a key is named twice' });
    if (fields.every(({ name }) => primaryKeys.includes(name)))
      context.addIssue({ code: 'custom', path: ['fields'], message: 'there is no field beside the keys' });
    const tooWide = rowSizeProblem(
      fields.map(({ type }) => type),
      REFERENCE_ROW_COLUMNS,
    );
    if (tooWide !== undefined) context.addIssue({ code: 'custom', path: ['fields'], message: tooWide });
    for (const key of primaryKeys) {
      if (fields.some(({ name, type, required }) => name === key && type === 'string' && required)) continue;
      const message = `'${key}' must be a required string field of the table`;
      context.addIssue({ code: 'custom', path: ['primaryKeys'], message });
    }
  }) satisfies z.ZodType<ReferenceTableDefinition>;

/** A reference table. Its type names its columns. */
export interface ReferenceTable<Name extends string = string, F extends ReferenceFields = ReferenceFields> {
  readonly definition: ReferenceTableDefinition;
  /** Exists for the compiler only. */
  readonly name?: Name;
  /** Exists for the compiler only. */
  readonly columns?: F;
}

/** Reference rows hold no lists. */
export type ReferenceFields = Readonly<Record<string, Field<ScalarType>>>;

export interface ReferenceTableOptions<
  F extends ReferenceFields,
  Name extends string = string,
> extends DescribedOptions {
  /** The table's name, other than `moment`, `events` and `entities`. Its rows are in `reference.<name>`. */
  readonly name: Name;
  /** The columns that, with `valid_from`, identify a row; required ones. */
  readonly primaryKeys: readonly FieldsOfType<F, 'string'>[];
  /**
   * The columns, `required(type)` or `optional(type)`; at least one beside the keys. Every reference table also has
   * the column `valid_from`.
   */
  readonly fields: F;
}

const OPTIONS: OptionNames<ReferenceTableOptions<ReferenceFields>> = {
  name: true,
  primaryKeys: true,
  fields: true,
  ...DESCRIBED_OPTIONS,
};

/**
 * Declares facts that the user writes with `asof write-table`. Each row is valid from its `valid_from` until
 * the `valid_from` of the next row with the same key.
 *
 * @throws AsofError `ASOF_DEFINITION_INVALID`, listing every problem.
 * @example
 * ```ts
 * export const users = referenceTable({
 *   name: 'users',
 *   primaryKeys: ['user_id'],
 *   fields: {
 *     user_id: required('string'),
 *     signed_up_at: optional('timestamp'),
 *     subscription_tier: optional('string'),
 *   },
 * });
 * ```
 */
export function referenceTable<const F extends ReferenceFields, const Name extends string>(
  options: ReferenceTableOptions<F, Name>,
): ReferenceTable<Name, F> {
  expectOptions('reference table', options, OPTIONS);
  const { name, primaryKeys, fields } = options;
  return define(
    referenceTableSchema,
    {
      kind: 'reference_table',
      name,
      primaryKeys,
      fields: Object.entries(fields).map(([field, column]) => ({ ...column, name: field })),
      ...describedBy(options),
    },
    { parts: { fields } },
  );
}
