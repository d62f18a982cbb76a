import { z } from 'zod';
import { type ScalarValue } from '../../domain/log/event.ts';
import { MAX_MAGNITUDE } from '../../domain/log/fields/read-value.ts';
import { MAX_KEY_BYTES, isKeyTooLong, keyBytes } from '../../domain/log/key-length.ts';
import type {
  ColumnDefinition,
  ReferenceTableDefinition,
  ScalarType,
} from '../../domain/registry/definition.ts';
import { isDayText } from '../../domain/time/calendar.ts';
import { parseInstant } from '../../domain/time/instant.ts';
import { instantSchema } from '../values/instant.ts';

/** A row of a reference table, by column. Times are instants. */
export type ReferenceRow = Readonly<Record<string, ScalarValue>>;

const textSchema = z.string().refine((text) => text.isWellFormed() && !text.includes('\0'), {
  error: 'holds a NUL character or a lone surrogate',
});

const momentSchema = instantSchema.transform((text) => parseInstant(text)!);

const numberSchema = z
  .number()
  .min(-MAX_MAGNITUDE)
  .max(MAX_MAGNITUDE)
  .transform((number) => (number === 0 ? 0 : number));

const SCHEMAS: Record<ScalarType, z.ZodType<ScalarValue>> = {
  string: textSchema,
  double: numberSchema,
  integer: numberSchema.refine(Number.isInteger, { error: 'is not a whole number' }),
  boolean: z.boolean(),
  timestamp: momentSchema,
  decimal: z
    .string()
    .regex(/^-?\d{1,60}(\.\d{1,60})?$/, { error: 'is not a decimal in a text such as "12.50"' }),
  date: z.string().refine(isDayText, { error: 'is not a day such as 2026-01-31' }),
};

/**
 * The schema of a reference table's rows: exactly the table's fields and `valid_from`. Optional fields can be
 * missing or null. The texts of the primary keys take at most 1 KiB together.
 */
export function referenceRowSchema({
  fields,
  primaryKeys,
}: ReferenceTableDefinition): z.ZodType<ReferenceRow> {
  const columns: Record<string, z.ZodType<ScalarValue>> = Object.fromEntries(
    fields.map((field) => [field.name, fieldSchema(field)]),
  );
  return z
    .strictObject({ ...columns, valid_from: momentSchema })
    .superRefine((row: ReferenceRow, context) => {
      const key = primaryKeys.map((name) => String(row[name]));
      if (!isKeyTooLong(key)) return;
      const message = `has ${keyBytes(key)} bytes of primary keys; expected at most ${MAX_KEY_BYTES}`;
      context.addIssue({ code: 'custom', path: [primaryKeys[0]!], message });
    });
}

function fieldSchema({ type, required }: ColumnDefinition<ScalarType>): z.ZodType<ScalarValue> {
  if (!required) return SCHEMAS[type].nullable().default(null);
  return type === 'string' ? textSchema.min(1, { error: 'is empty' }) : SCHEMAS[type];
}
