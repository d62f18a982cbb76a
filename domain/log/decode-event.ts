import { compileExpression } from '../expressions/compile-expression.ts';
import { namesIn } from '../expressions/operands.ts';
import type { EventSourceDefinition, RecordFormat } from '../registry/definition.ts';
import type { Instant } from '../time/instant.ts';
import { ElementRecord, readsEnvelope, storedElement } from './element-record.ts';
import type { Event, FieldValue, InvalidField } from './event.ts';
import { type FieldReader, fieldReader } from './fields/field-reader.ts';
import { Misfit } from './fields/misfit.ts';
import { plainField, plainValue } from './fields/plain-value.ts';
import { JsonDocument } from './json/json-document.ts';
import { RecordContent } from './json/record-content.ts';
import type { KafkaRecord } from './kafka-record.ts';
import { Rejected } from './rejected.ts';
import type { Rejection } from './rejection.ts';
import type { SkipReason } from './skipped.ts';
import { timeLimits } from './time-limits.ts';

/** What a Kafka record is: an event, a dead letter for the reason, or a record that is not for the source. */
export type Decoded =
  { readonly event: Event } | { readonly rejection: Rejection } | { readonly skipped: SkipReason };

/** Decodes the records of one event source. */
export type EventDecoder = (record: KafkaRecord) => Decoded;

export function eventDecoder(source: EventSourceDefinition): EventDecoder {
  const readers = source.fields.map((field) => ({ ...fieldReader(source, field), plain: plainField(field) }));
  const eventTimeIndex = source.fields.findIndex(({ name }) => name === source.eventTime);
  const isForSource = filterOf(source, readers);
  const contentOf = contentReader(source);
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
    if (record.value === null && source.tombstones === 'skip') return { skipped: 'tombstone' };
    try {
      const content = contentOf(record);
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

function contentReader(source: EventSourceDefinition): (record: KafkaRecord) => RecordContent {
  const needsEnvelope = readsEnvelope(source);
  return (record) => {
    if (record instanceof ElementRecord) return record.content;
    if (record.index !== undefined) return storedElement(record, needsEnvelope);
    return new RecordContent(record, new JsonDocument(jsonOf(record, source.format)));
  };
}

/** The byte 0 and the id of a schema, which clients of a schema registry write before a value. */
const REGISTRY_FRAME_BYTES = 5;

/**
 * The bytes of a record's JSON.
 *
 * @throws Rejected
 */
export function jsonOf({ value }: KafkaRecord, format: RecordFormat = 'json'): Uint8Array {
  if (value === null) throw new Rejected('no_value', 'the record has no value (a tombstone)');
  const isFramed = value[0] === 0;
  if (isFramed && format === 'json') {
    throw new Rejected(
      'schema_registry_prefix',
      'the value starts with byte 0, as schema-registry encodings do; expected plain JSON',
    );
  }
  if (!isFramed && format === 'registry_json') {
    throw new Rejected(
      'no_schema_registry_prefix',
      'the value does not start with byte 0 and the id of a schema; expected JSON of a schema registry',
    );
  }
  return isFramed ? value.subarray(REGISTRY_FRAME_BYTES) : value;
}
