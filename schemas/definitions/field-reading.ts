import { z } from 'zod';
import { quoted } from '../../domain/errors/quoted.ts';
import type {
  EventSourceDefinition,
  FieldDefinition,
  FieldPlace,
  JsonPath,
  ListPlace,
} from '../../domain/registry/definition.ts';
import { isZone } from '../../domain/time/zone.ts';

export const zoneSchema = z.string().refine(isZone, {
  error: ({ input }) => `${quoted(input)} is not a time zone; expected a name such as Europe/Paris`,
});

const stepSchema = z.union([z.string(), z.int().min(0)]);
const pathFromAnyStep = z.tuple([stepSchema], stepSchema);

const pathSchema = z.tuple([z.string()], stepSchema);

export const fieldPlaceSchema = z.union(
  [
    pathSchema,
    z.strictObject({ envelope: pathFromAnyStep }),
    z.strictObject({ record: z.enum(['key', 'timestamp']) }),
    z.strictObject({ header: z.string() }),
  ],
  {
    error:
      "not a place in a record; expected a path such as 'context.user.id' or 'items[0].sku', or { record: 'key' }, { record: 'timestamp' }, { header: 'name' }, { envelope: 'sentAt' }",
  },
) satisfies z.ZodType<FieldPlace>;

export const listPlaceSchema = z.union([pathFromAnyStep, z.strictObject({ record: z.literal('value') })], {
  error:
    "not a place of a list; expected a path such as 'batch' or 'data.items', or { record: 'value' } where the record is the list",
}) satisfies z.ZodType<ListPlace>;

/** What is wrong with fields that come from what is around an event. */
export function envelopeProblems(
  { unwrap, explode }: Pick<EventSourceDefinition, 'unwrap' | 'explode'>,
  fields: readonly FieldDefinition[],
): string[] {
  if (unwrap?.envelope === 'change') return [];
  return fields.flatMap(({ name, from }) => {
    if (from === undefined || !('envelope' in from)) return [];
    const comes = `'${name}' comes from the envelope of a list`;
    if (!explode)
      return [`${comes} or a change, and the source has neither explode nor unwrap: { envelope: 'change' }`];
    if ('record' in explode) return [`${comes}, and the record is the list`];
    if (!isWithin(explode, from.envelope)) return [];
    return [`'${name}' comes from the list itself; leave out the envelope, and begin its path at the event`];
  });
}

function isWithin(list: JsonPath, path: JsonPath): boolean {
  return list.every((step, index) => step === path[index]);
}

/** Options that mean nothing for the field. */
export function readingProblems(field: FieldDefinition): string[] {
  const { name, type, from, unit, zone, coerce, scale, length } = field;
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
    ...(length !== undefined && type !== 'double[]'
      ? [`'${name}' has a length, which only a double[] has`]
      : []),
    ...(scale !== undefined && type !== 'decimal' ? [`'${name}' has a scale and is no decimal`] : []),
    ...(scale !== undefined && coerce !== undefined
      ? [`'${name}' has a scale and coerce; its texts are bytes or numbers, not both`]
      : []),
    ...(isKafkaTimestamp && (unit !== undefined || zone !== undefined)
      ? [`'${name}' comes from the Kafka timestamp, which is read without a unit and a time zone`]
      : []),
    ...(isKafkaTimestamp && !isTime ? [`'${name}' comes from the Kafka timestamp and is a ${type}`] : []),
  ];
}
