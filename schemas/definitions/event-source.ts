import { z } from 'zod';
import { quoted } from '../../domain/errors/quoted.ts';
import { LONGEST_VECTOR } from '../../domain/features/vectors.ts';
import { MOST_SCALE } from '../../domain/log/fields/decimal-bytes.ts';
import {
  type EnvelopeDefinition,
  type EventSourceDefinition,
  FIELD_TYPES,
  type FieldDefinition,
  type FieldPlace,
  type FieldReading,
  type FieldType,
  type JsonPath,
  type ListPlace,
  RECORD_FORMATS,
  type RecordFormat,
  type ScalarType,
  type SourceRetention,
} from '../../domain/registry/definition.ts';
import { type Described, describedBy } from '../../domain/registry/described.ts';
import type { Operation, Scalar } from '../../domain/registry/expression.ts';
import { RAW_EVENT_COLUMNS } from '../../domain/registry/reserved-columns.ts';
import { EPOCH_UNITS, type EpochUnit } from '../../domain/time/epoch.ts';
import { DESCRIBED_OPTIONS, type DescribedOptions, describedShape } from '../values/described.ts';
import { durationSchema, limitSchema, positiveDurationSchema } from '../values/duration.ts';
import { identifierSchema, sourceNameSchema, topicNameSchema } from '../values/identifier.ts';
import { parseJsonPath } from '../values/json-path.ts';
import { type OptionNames, expectOptions } from '../values/options.ts';
import { rowSizeProblem } from '../values/row-size.ts';
import { envelopeSchema, togetherProblems } from './envelope.ts';
import { eventScope } from './expressions/event-scope.ts';
import { expressionProblems } from './expressions/expression-problems.ts';
import { operationSchema } from './expressions/expression-schema.ts';
import { allEqual } from './expressions/truths.ts';
import type { ReadingsOf, TypedExpression } from './expressions/typed-expression.ts';
import {
  envelopeProblems,
  fieldPlaceSchema,
  listPlaceSchema,
  readingProblems,
  zoneSchema,
} from './field-reading.ts';
import { define } from './making/define.ts';
import type { StandIns } from './making/mend.ts';
import { declaredHere } from './making/origin.ts';
import { sourceRetentionSchema } from './retention.ts';

const formatSchema = z.enum(RECORD_FORMATS, {
  error: ({ input }) => {
    const formats = RECORD_FORMATS.map((format) => `'${format}'`).join(', ');
    return input === 'protobuf'
      ? `Protobuf is not read; have the producer, or a connector on the topic, write one of ${formats}`
      : `${quoted(input)} is no format; expected one of ${formats}`;
  },
});

const fieldSchema = z
  .strictObject({
    name: identifierSchema.refine((name) => !RAW_EVENT_COLUMNS.includes(name), {
      error: ({ input }) => `${quoted(input)} is a column that Asof writes itself; rename the field`,
    }),
    type: z.enum(FIELD_TYPES),
    required: z.boolean(),
    from: fieldPlaceSchema.optional(),
    unit: z.enum(EPOCH_UNITS).optional(),
    zone: zoneSchema.optional(),
    coerce: z.boolean().optional(),
    scale: z.int().min(0).max(MOST_SCALE).optional(),
    length: z.int().min(1).max(LONGEST_VECTOR).optional(),
    ...describedShape,
  })
  .superRefine((field, context) => {
    for (const message of readingProblems(field)) context.addIssue({ code: 'custom', message });
  });

export const eventSourceSchema = z
  .strictObject({
    kind: z.literal('event_source'),
    name: sourceNameSchema,
    topic: topicNameSchema,
    topicPartitions: z.int().min(1).max(1000),
    entity: z.string(),
    eventTime: z.string(),
    fields: z.array(fieldSchema).min(1),
    allowedLateness: durationSchema,
    late: z.enum(['keep', 'correct']),
    maxAhead: durationSchema,
    maxBehind: limitSchema.optional(),
    kafkaTimestamps: z.enum(['use', 'ignore']).optional(),
    format: formatSchema.optional(),
    unwrap: envelopeSchema.optional(),
    invalid: z.enum(['null', 'dead_letter']).optional(),
    where: operationSchema.optional(),
    explode: listPlaceSchema.optional(),
    tombstones: z.enum(['skip', 'dead_letter']).optional(),
    onDataLoss: z.enum(['stop', 'continue']),
    deduplicate: z
      .strictObject({ by: z.array(z.string()).min(1), within: positiveDurationSchema })
      .optional(),
    retention: sourceRetentionSchema,
    ...describedShape,
  })
  .superRefine((source, context) => {
    const { fields, entity, eventTime, deduplicate, where } = source;
    if (new Set(fields.map(({ name }) => name)).size < fields.length) {
      context.addIssue({ code: 'custom', path: ['fields'], message: 'two fields have the same name' });
    }
    const types = fields.map(({ type }) => type);
    const problems = {
      fields: rowSizeProblem(types, RAW_EVENT_COLUMNS),
      entity: problemOfField(fields, entity, 'string'),
      eventTime: problemOfField(fields, eventTime, 'timestamp'),
    };
    for (const [option, message] of Object.entries(problems)) {
      if (message !== undefined) context.addIssue({ code: 'custom', path: [option], message });
    }
    for (const message of togetherProblems(source)) {
      context.addIssue({ code: 'custom', path: ['explode'], message });
    }
    for (const message of envelopeProblems(source, fields)) {
      context.addIssue({ code: 'custom', path: ['fields'], message });
    }
    for (const message of where ? filterProblems(where, fields) : []) {
      context.addIssue({ code: 'custom', path: ['where'], message });
    }
    for (const name of deduplicate?.by ?? []) {
      if (fields.some((field) => field.name === name)) continue;
      const message = `'${name}' is not a field of the source`;
      context.addIssue({ code: 'custom', path: ['deduplicate', 'by'], message });
    }
  }) satisfies z.ZodType<EventSourceDefinition>;

function filterProblems(where: Operation, fields: readonly FieldDefinition[]): readonly string[] {
  return expressionProblems(where, eventScope(fields), { types: ['boolean'], by: 'where' });
}

/** Why the source has no required field of that name and type; undefined if it has one. */
function problemOfField(
  fields: readonly FieldDefinition[],
  name: string,
  type: FieldType,
): string | undefined {
  const field = fields.find((candidate) => candidate.name === name);
  if (field?.type === type && field.required) return undefined;
  return `'${name}' must be a required ${type} field of the source`;
}

export interface Field<Type extends FieldType = FieldType> extends FieldReading, Described {
  readonly type: Type;
  readonly required: boolean;
}

/** How a field is read. Which options there are depends on its type. */
export type FieldOptions<Type extends FieldType> = DescribedOptions &
  PlaceOption &
  (Type extends 'timestamp'
    ? TimeOptions
    : Type extends 'string' | 'string[]' | 'date'
      ? unknown
      : Type extends 'decimal'
        ? CoerceOption | ScaleOption
        : Type extends 'double[]'
          ? CoerceOption & LengthOption
          : CoerceOption);

interface PlaceOption {
  /**
   * Where the value stands: a path such as `context.user.id`, `items[0].sku` or `@timestamp`; the same as a list,
   * for names with dots (`['a.b', 0]`); or `{ record: 'key' }` or `{ header: 'name' }`, which are texts, or of a
   * timestamp `{ record: 'timestamp' }`. Where a record holds several events, or an event in a change, paths begin
   * at the event, and `{ envelope: 'sentAt' }` is a path in what is around it. Default: the record's member of the
   * field's name.
   */
  readonly from?: string | FieldPlace | { readonly envelope: string };
}

/** At most one of the two. */
export type TimeOptions =
  | {
      /**
       * Of a `timestamp`: its values are numbers, or texts of digits, that count such units since
       * 1970-01-01T00:00:00Z. Default: texts.
       */
      readonly unit?: EpochUnit;
      readonly zone?: never;
    }
  | {
      /**
       * Of a `timestamp`: the time zone of texts without an offset, such as `Europe/Paris`. Of a time that clocks
       * show twice the first counts; one that they skip is as long after the change as it is after the last time
       * before it. Default: UTC.
       */
      readonly zone?: string;
      readonly unit?: never;
    };

interface ScaleOption {
  /**
   * Of a `decimal`: takes texts that are the base64 of its bytes, as Kafka Connect and Debezium write decimals,
   * with so many digits behind the point. Omitted: such a text does not fit.
   */
  readonly scale?: number;
  readonly coerce?: never;
}

interface LengthOption {
  /**
   * Makes the field a vector, such as an embedding: each list has so many numbers, 1 to 4,096, and one of
   * another length does not fit. Omitted: lists have any length up to 1,000.
   */
  readonly length?: number;
}

interface CoerceOption {
  /**
   * Of a `double`, `integer`, `decimal` or `boolean`, and of lists of them: also takes texts, such as `"12.50"`,
   * `"1e3"`, `"true"`, `"False"`; for truth values also 0 and 1. Default: false.
   */
  readonly coerce?: boolean;
}

const FIELD_OPTIONS: OptionNames<FieldReading & Described> = {
  from: true,
  unit: true,
  zone: true,
  coerce: true,
  scale: true,
  length: true,
  ...DESCRIBED_OPTIONS,
};

/**
 * A field that every event must have. A record without it becomes a dead letter.
 *
 * @throws AsofError `ASOF_DEFINITION_INVALID` for an option that does not exist.
 * @example required('timestamp', { from: 'at', unit: 'milliseconds' })
 */
export function required<Type extends FieldType>(type: Type, options?: FieldOptions<Type>): Field<Type> {
  const known = expectOptions(`a required ${type} field`, options ?? {}, FIELD_OPTIONS);
  return declaredHere({ ...reading(known), type, required: true });
}

/**
 * A field that can be missing or null, and that is null where its value does not fit.
 *
 * @throws AsofError `ASOF_DEFINITION_INVALID` for an option that does not exist.
 * @example optional('string', { from: 'context.country' })
 */
export function optional<Type extends FieldType>(type: Type, options?: FieldOptions<Type>): Field<Type> {
  const known = expectOptions(`an optional ${type} field`, options ?? {}, FIELD_OPTIONS);
  return declaredHere({ ...reading(known), type, required: false });
}

/** Options that stand in a definition. A path that cannot be read stays a text, which the schema refuses. */
function reading({ from, ...others }: PlaceOption & Omit<FieldReading, 'from'> = {}): FieldReading {
  if (from === undefined) return others;
  return { ...others, from: placeOf(from) as FieldPlace };
}

function placeOf(from: NonNullable<PlaceOption['from']>): unknown {
  if (typeof from === 'string') return pathOf(from);
  return 'envelope' in from && typeof from.envelope === 'string' ? { envelope: pathOf(from.envelope) } : from;
}

function pathOf(text: string): JsonPath | string {
  return parseJsonPath(text) ?? text;
}

export type Fields = Readonly<Record<string, Field>>;

/** The names of the fields of type `Type`. */
export type FieldsOfType<F extends Fields, Type extends FieldType> = {
  [Name in keyof F & string]: F[Name]['type'] extends Type ? Name : never;
}[keyof F & string];

/** An event source with the types of its fields, so that the compiler checks the tables on it. */
export interface EventSource<F extends Fields = Fields> {
  readonly definition: EventSourceDefinition;
  readonly fields: F;
  /** Whether the user named the topic. Otherwise `apply` does, after the source and the namespace. */
  readonly isTopicNamed: boolean;
}

/** Values of fields, by name. */
type EqualValues<F extends Fields> = {
  readonly [Name in FieldsOfType<F, Exclude<ScalarType, 'timestamp'>>]?: F[Name]['type'] extends 'boolean'
    ? boolean
    : F[Name]['type'] extends 'double' | 'integer'
      ? number
      : string;
};

export interface EventSourceOptions<F extends Fields> extends DescribedOptions {
  /** The source's name. Its raw events are in `events.<name>`, with `_` in place of `-` and `.`. */
  readonly name: string;
  /** The Kafka topic. Default: the source's name; in a namespace `shop`, `shop.` and the source's name. */
  readonly topic?: string;
  /**
   * The number of partitions when `apply` creates the topic, 1 to 1000; of several sources on one topic, the
   * greatest. Default: 4.
   */
  readonly topicPartitions?: number;
  /** The fields: `required(type)` or `optional(type)`, with how each is read. */
  readonly fields: F;
  /** The field that names what events are about; a required one. */
  readonly entity: FieldsOfType<F, 'string'>;
  /** The field that says when an event happened; a required one. */
  readonly eventTime: FieldsOfType<F, 'timestamp'>;
  /**
   * How far behind the newest event of its partition an event may be and still enter every window. Default:
   * `0 seconds`.
   */
  readonly allowedLateness?: string;
  /**
   * What happens in the windows that an event is late for. `keep`: the event is listed and does not enter
   * them until a backfill merges it. `correct`: the event is merged at once, as new row versions. Default:
   * `keep`.
   */
  readonly late?: 'keep' | 'correct';
  /** How far the event time may be ahead of the Kafka timestamp. Default: `1 hour`. */
  readonly maxAhead?: string;
  /**
   * How far the event time may be behind the Kafka timestamp; `none` sets no limit. Default: `7305 days`,
   * which is twenty years.
   */
  readonly maxBehind?: string;
  /**
   * `use`: the Kafka timestamp bounds the event time and the watermark, and a record without one of 2000 or
   * later is a dead letter. `ignore`: event time alone counts. Default: `use`.
   */
  readonly kafkaTimestamps?: 'use' | 'ignore';
  /**
   * How the values of records are written: as `json`; or behind the byte 0 and the four bytes of a schema's id,
   * as clients of a schema registry write them, as `registry_json` or `avro`. Default: `json`.
   */
  readonly format?: RecordFormat;
  /**
   * The envelope that each event stands in. `{ envelope: 'connect' }`: the `payload` beside a `schema`, as Kafka
   * Connect writes JSON. `{ envelope: 'change' }`: a change of a database's row, as Debezium writes it; the event
   * is the row as the change leaves it (`after`). A deletion is skipped and counted, or with `deletes: 'before'`
   * the row as it was is the event. Omitted: the value of a record is the event.
   */
  readonly unwrap?: EnvelopeDefinition;
  /**
   * What an optional field becomes whose value does not fit it: `null`, with the value kept in the column
   * `invalid_fields`, or the whole record a `dead_letter`. Default: `null`.
   */
  readonly invalid?: 'null' | 'dead_letter';
  /**
   * Which records are for this source: those with these values in these fields, or those for which an
   * expression is true. All others are skipped: counted, not stored. Omitted: all records.
   */
  readonly where?: EqualValues<F> | TypedExpression<'boolean', ReadingsOf<F>>;
  /**
   * Where a record holds a list of which each element is an event: a path such as `batch` or `data.items`, the same
   * as a list, for names with dots, or `{ record: 'value' }` where the record is the list. A record that is a list
   * is taken as that list also where others hold it below a name. Omitted: each record is an event.
   */
  readonly explode?: string | ListPlace;
  /** What a record without a value is. Default: `dead_letter`. */
  readonly tombstones?: 'skip' | 'dead_letter';
  /**
   * What the stream does after a record loss: Kafka deleted records before they were read. Default: `stop`.
   */
  readonly onDataLoss?: 'stop' | 'continue';
  /**
   * Which events are duplicates of another one of the same partition. Duplicates are stored, marked, and enter no
   * feature. Omitted: each event counts.
   */
  readonly deduplicate?: {
    /** The fields whose values a duplicate repeats. */
    readonly by: readonly (keyof F & string)[];
    /** How long after the original an event can be its duplicate. */
    readonly within: string;
  };
  /**
   * How long raw events (`raw`), dead letters (`deadLetters`), the late list (`lateEvents`) and the ranges of the
   * offset ledger (`ledger`) are retained. Omitted: forever.
   */
  readonly retention?: SourceRetention;
}

const OPTIONS: OptionNames<EventSourceOptions<Fields>> = {
  name: true,
  topic: true,
  topicPartitions: true,
  fields: true,
  entity: true,
  eventTime: true,
  allowedLateness: true,
  late: true,
  maxAhead: true,
  maxBehind: true,
  kafkaTimestamps: true,
  format: true,
  unwrap: true,
  invalid: true,
  where: true,
  explode: true,
  tombstones: true,
  onDataLoss: true,
  deduplicate: true,
  retention: true,
  ...DESCRIBED_OPTIONS,
};

/**
 * Declares a Kafka topic of events: their fields, what they are about, and when they happened.
 *
 * @throws AsofError `ASOF_DEFINITION_INVALID`, listing every problem.
 * @example
 * ```ts
 * export const payments = eventSource({
 *   name: 'payments',
 *   entity: 'card_id',
 *   eventTime: 'paid_at',
 *   allowedLateness: '5 minutes',
 *   deduplicate: { by: ['payment_id'], within: '1 day' },
 *   fields: {
 *     card_id: required('string'),
 *     payment_id: required('string'),
 *     amount: required('double'),
 *     country: optional('string'),
 *     paid_at: required('timestamp', { unit: 'milliseconds' }),
 *   },
 * });
 * ```
 */
export function eventSource<const F extends Fields>(options: EventSourceOptions<F>): EventSource<F> {
  expectOptions('event source', options, OPTIONS);
  const { name, topic = name, topicPartitions = 4, fields, entity, eventTime } = options;
  const { allowedLateness = '0 seconds', late = 'keep', maxAhead = '1 hour' } = options;
  const { onDataLoss = 'stop', maxBehind, kafkaTimestamps, deduplicate, retention } = options;
  const { format, unwrap, invalid, where, explode, tombstones } = options;
  const made = define(
    eventSourceSchema,
    {
      kind: 'event_source',
      name,
      topic,
      topicPartitions,
      entity,
      eventTime,
      fields: Object.entries(fields).map(([field, options]) => ({ ...options, name: field })),
      allowedLateness,
      late,
      maxAhead,
      maxBehind,
      kafkaTimestamps,
      format,
      unwrap,
      invalid,
      where: where && filterOf(where),
      explode: typeof explode === 'string' ? pathOf(explode) : explode,
      tombstones,
      onDataLoss,
      deduplicate,
      retention,
      ...describedBy(options),
    },
    { parts: { fields }, standIns: STAND_INS },
  );
  return Object.assign(made, { fields, isTopicNamed: options.topic !== undefined });
}

/** For wrong options that a source must have. */
const STAND_INS: StandIns = {
  topic: { topic: 'topic' },
  topicPartitions: { topicPartitions: 1 },
  allowedLateness: { allowedLateness: '0 seconds' },
  late: { late: 'keep' },
  maxAhead: { maxAhead: '1 hour' },
  onDataLoss: { onDataLoss: 'stop' },
};

function filterOf(where: Readonly<Record<string, unknown>> | TypedExpression): Operation {
  return typeof where.expression === 'object'
    ? (where as TypedExpression).expression
    : allEqual(where as Readonly<Record<string, Scalar>>);
}
