import { compileExpression } from '../expressions/compile-expression.ts';
import { namesIn } from '../expressions/operands.ts';
import type { EventSourceDefinition } from '../registry/definition.ts';
import type { Instant } from '../time/instant.ts';
import type { Event, FieldValue, InvalidField } from './event.ts';
import { type FieldReader, fieldReader } from './fields/field-reader.ts';
import { Misfit } from './fields/misfit.ts';
import { plainField, plainValue } from './fields/plain-value.ts';
import { NO_SCHEMAS, type WriterSchemas } from './formats/writer-schemas.ts';
import type { RecordContent } from './json/record-content.ts';
import type { KafkaRecord } from './kafka-record.ts';
import { contentReader } from './read-content.ts';
import { Rejected } from './rejected.ts';
import type { Rejection } from './rejection.ts';
import type { SkipReason } from './skipped.ts';
import { timeLimits } from './time-limits.ts';

/** What a Kafka record is: an event, a dead letter for the reason, or a record that is not for the source. */
export type Decoded =
  { readonly event: Event } | { readonly rejection: Rejection } | { readonly skipped: SkipReason };

/** Decodes the records of one event source. */
export type EventDecoder = (record: KafkaRecord) => Decoded;

export function eventDecoder(
  source: EventSourceDefinition,
  schemas: WriterSchemas = NO_SCHEMAS,
): EventDecoder {
  const readers = source.fields.map((field) => ({ ...fieldReader(source, field), plain: plainField(field) }));
  const eventTimeIndex = source.fields.findIndex(({ name }) => name === source.eventTime);
  const isForSource = filterOf(source, readers);
  const contentOf = contentReader(source, schemas);
  const limits = timeLimits(source);

  /** The misfits of the event that is being decoded. */
  const invalid: InvalidField[] = [];

  const decode = (record: KafkaRecord, content: RecordContent): Event => {
    invalid.length = 0;
    const values = readers.map(({ plain, take }) => {
      const value = plain && plainValue(plain, content.root);
      return value === undefined ? take(content, invalid) : value;
    });
    const eventTs = values[eventTimeIndex] as Instant;
    const { partition, offset } = record;
    const kafkaTs = limits.countedKafkaTs(record.kafkaTs);
    const plain = { partition, offset, kafkaTs, eventTs, values };
    const event = record.index === undefined ? plain : { ...plain, index: record.index };
    return invalid.length === 0 ? event : { ...event, invalid: [...invalid] };
  };

  return (record) => {
    if (record.unreadable) return { rejection: record.unreadable };
    try {
      const content = contentOf(record);
      if (typeof content === 'string') return { skipped: content };
      if (!isForSource(content)) return { skipped: 'filtered' };
      const event = decode(record, content);
      const rejection = limits.rejection(event.eventTs, record.kafkaTs);
      return rejection ? { rejection } : { event };
    } catch (error) {
      if (error instanceof Rejected) return { rejection: error.rejection };
      throw error;
    }
  };
}

/**
 * Whether a record is for the source. A value that is missing is null for the filter, also of a required
 * field; one that does not fit is too if its field may be null.
 */
function filterOf(
  { where }: EventSourceDefinition,
  readers: readonly FieldReader[],
): (content: RecordContent) => boolean {
  if (!where) return () => true;
  const named = new Set(namesIn(where));
  const byName = new Map(readers.map((reader) => [reader.field.name, reader]));
  const holds = compileExpression(
    where,
    (name) => (values: ReadonlyMap<string, FieldValue>) => values.get(name)!,
  );
  return (content) => {
    const values = new Map<string, FieldValue>();
    for (const name of named) values.set(name, valueForFilter(byName.get(name)!, content));
    return holds(values) === true;
  };
}

function valueForFilter(reader: FieldReader, content: RecordContent): FieldValue {
  const value = reader.read(content);
  if (!(value instanceof Misfit)) return value;
  return reader.take(content, []);
}
