import { z } from 'zod';
import { quoted } from '../../domain/errors/quoted.ts';
import type { FieldDefinition, FieldPlace } from '../../domain/registry/definition.ts';
import { isZone } from '../../domain/time/zone.ts';

export const zoneSchema = z.string().refine(isZone, {
  error: ({ input }) => `${quoted(input)} is not a time zone; expected a name such as Europe/Paris`,
});

const stepSchema = z.union([z.string(), z.int().min(0)]);

export const fieldPlaceSchema = z.union(
  [
    z.tuple([z.string()], stepSchema),
    z.strictObject({ record: z.enum(['key', 'timestamp']) }),
    z.strictObject({ header: z.string() }),
  ],
  {
    error:
      "not a place in a record; expected a path such as 'context.user.id' or 'items[0].sku', or { record: 'key' }, { record: 'timestamp' }, { header: 'name' }",
  },
) satisfies z.ZodType<FieldPlace>;

/** Options that mean nothing for the field. */
export function readingProblems({ name, type, from, unit, zone, coerce }: FieldDefinition): string[] {
  const isTime = type === 'timestamp';
  const isKafkaTimestamp = from !== undefined && 'record' in from && from.record === 'timestamp';
  return [
    ...(unit !== undefined && !isTime ? [`'${name}' has a unit and is no timestamp`] : []),
    ...(zone !== undefined && !isTime ? [`'${name}' has a time zone and is no timestamp`] : []),
    ...(unit !== undefined && zone !== undefined
      ? [`'${name}' has a unit and a time zone; numbers since 1970 have none`]
      : []),
    ...(coerce !== undefined && ['string', 'string[]', 'timestamp', 'date'].includes(type)
      ? [`'${name}' has coerce, which a ${type} does not take`]
      : []),
    ...(isKafkaTimestamp && (unit !== undefined || zone !== undefined)
      ? [`'${name}' comes from the Kafka timestamp, which is read without a unit and a time zone`]
      : []),
    ...(isKafkaTimestamp && !isTime ? [`'${name}' comes from the Kafka timestamp and is a ${type}`] : []),
  ];
}
