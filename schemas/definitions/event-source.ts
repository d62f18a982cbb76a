import { z } from 'zod';
import {
  type EventSourceDefinition,
  FIELD_TYPES,
  type FieldDefinition,
  type FieldType,
  type SourceRetention,
} from '../../domain/registry/definition.ts';
import { RAW_EVENT_COLUMNS } from '../../domain/registry/reserved-columns.ts';
import { durationSchema, positiveDurationSchema } from '../values/duration.ts';
import { identifierSchema, topicNameSchema } from '../values/identifier.ts';
import { parseOrThrow } from '../values/parse.ts';
import { sourceRetentionSchema } from './retention.ts';

const fieldSchema = z.strictObject({
  name: identifierSchema.refine((name) => !RAW_EVENT_COLUMNS.includes(name), {
    error: ({ input }) => `'${String(input)}' is a column that Asof writes itself; rename the field`,
  }),
  type: z.enum(FIELD_TYPES),
  required: z.boolean(),
});

export const eventSourceSchema = z
  .strictObject({
    kind: z.literal('event_source'),
    name: topicNameSchema,
    topic: topicNameSchema,
    topicPartitions: z.int().min(1).max(1000),
    entity: z.string(),
    eventTime: z.string(),
    fields: z.array(fieldSchema).min(1),
    allowedLateness: durationSchema,
    late: z.enum(['keep', 'correct']),
    maxAhead: durationSchema,
    onDataLoss: z.enum(['stop', 'continue']),
    deduplicate: z
      .strictObject({ by: z.array(z.string()).min(1), within: positiveDurationSchema })
      .optional(),
    retention: sourceRetentionSchema,
  })
  .superRefine(({ fields, entity, eventTime, deduplicate }, context) => {
    if (new Set(fields.map(({ name }) => name)).size < fields.length) {
      context.addIssue({ code: 'custom', path: ['fields'], message: 'two fields have the same name' });
    }
    requireField(context, fields, 'entity', entity, 'string');
    requireField(context, fields, 'eventTime', eventTime, 'timestamp');
    for (const name of deduplicate?.by ?? []) {
      if (fields.some((field) => field.name === name)) continue;
      const message = `'${name}' is not a field of the source`;
      context.addIssue({ code: 'custom', path: ['deduplicate', 'by'], message });
    }
  }) satisfies z.ZodType<EventSourceDefinition>;

function requireField(
  context: z.core.$RefinementCtx,
  fields: readonly FieldDefinition[],
  path: string,
  name: string,
  type: FieldType,
): void {
  const field = fields.find((candidate) => candidate.name === name);
  if (field?.type === type && field.required) return;
  context.addIssue({
    code: 'custom',
    path: [path],
    message: `'${name}' must be a required ${type} field of the source`,
  });
}

export interface Field<Type extends FieldType = FieldType> {
  readonly type: Type;
  readonly required: boolean;
}

/** A field that every event has; a record without it becomes a dead letter. */
export function required<Type extends FieldType>(type: Type): Field<Type> {
  return { type, required: true };
}

/** A field that may be missing or null. */
export function optional<Type extends FieldType>(type: Type): Field<Type> {
  return { type, required: false };
}

export type Fields = Readonly<Record<string, Field>>;

/** The names of the fields that have one of the types. */
export type FieldsOfType<F extends Fields, Type extends FieldType> = {
  [Name in keyof F & string]: F[Name]['type'] extends Type ? Name : never;
}[keyof F & string];

/** An event source that knows its fields' types, so that tables on it are checked by the compiler. */
export interface EventSource<F extends Fields = Fields> {
  readonly definition: EventSourceDefinition;
  readonly fields: F;
}

export interface EventSourceOptions<F extends Fields> {
  readonly name: string;
  /** The Kafka topic; the source's name unless said. */
  readonly topic?: string;
  /** Partitions of the topic when `apply` makes it. Default 4. */
  readonly topicPartitions?: number;
  readonly fields: F;
  /** The field that names what events are about. */
  readonly entity: FieldsOfType<F, 'string'>;
  /** The field that says when an event happened. */
  readonly eventTime: FieldsOfType<F, 'timestamp'>;
  /** How far out of order events may come. Default `0 seconds`. */
  readonly allowedLateness?: string;
  /**
   * What becomes of an event in the windows that it came too late for: `keep` it out of them and list it, for a backfill
   * to merge; or `correct` them at once, by new versions of their rows. Default `keep`.
   */
  readonly late?: 'keep' | 'correct';
  /** How far an event's time may be ahead of its Kafka timestamp. Default `1 hour`. */
  readonly maxAhead?: string;
  /** What the stream does when records were deleted before it read them. Default `stop`. */
  readonly onDataLoss?: 'stop' | 'continue';
  /**
   * Events of one partition that have the same values in the fields `by`, and come within so long of each other, count
   * once: the first. The others stay in the raw events, marked. Default: each counts.
   */
  readonly deduplicate?: { readonly by: readonly (keyof F & string)[]; readonly within: string };
  /** How long raw events, dead letters, the list of late events and the ledger's ranges are kept. Default: for ever. */
  readonly retention?: SourceRetention;
}

/**
 * Declares a Kafka topic of JSON events.
 *
 * @throws AsofError `ASOF_DEFINITION_INVALID`, listing every problem.
 */
export function eventSource<const F extends Fields>(options: EventSourceOptions<F>): EventSource<F> {
  const { name, topic = name, topicPartitions = 4, fields, entity, eventTime } = options;
  const { allowedLateness = '0 seconds', late = 'keep', maxAhead = '1 hour' } = options;
  const { onDataLoss = 'stop', deduplicate, retention } = options;
  const definition = parseOrThrow(
    eventSourceSchema,
    {
      kind: 'event_source',
      name,
      topic,
      topicPartitions,
      entity,
      eventTime,
      fields: Object.entries(fields).map(([field, { type, required }]) => ({ name: field, type, required })),
      allowedLateness,
      late,
      maxAhead,
      onDataLoss,
      deduplicate,
      retention,
    },
    'ASOF_DEFINITION_INVALID',
    `event source '${name}'`,
  );
  return { definition, fields };
}
