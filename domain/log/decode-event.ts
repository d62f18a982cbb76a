import type { EventSourceDefinition, FieldDefinition } from '../registry/definition.ts';
import { type Instant, parseInstant } from '../time/instant.ts';
import { type Event, type FieldValue } from './event.ts';
import type { KafkaRecord } from './kafka-record.ts';
import { type Rejection, type RejectionReason, rejectionFor } from './rejection.ts';
import { timeLimits } from './time-limits.ts';

/** Numbers beyond ± this limit are rejected: a sum of such numbers cannot be told from noise. */
export const MAX_MAGNITUDE = 1e15;

export type Decoded = { readonly event: Event } | { readonly rejection: Rejection };

/** Decodes the records of one event source. Every record becomes an event or a rejection. */
export type EventDecoder = (record: KafkaRecord) => Decoded;

const utf8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

class Rejected extends Error {
  readonly rejection: Rejection;
  constructor(reason: RejectionReason, detail: string) {
    super(detail);
    this.rejection = rejectionFor(reason, detail);
  }
}

export function eventDecoder(source: EventSourceDefinition): EventDecoder {
  const { fields } = source;
  const eventTimeIndex = fields.findIndex(({ name }) => name === source.eventTime);
  const limits = timeLimits(source);

  const decode = (record: KafkaRecord): Event => {
    const object = parseObject(record.value);
    const values = fields.map((field) => readField(field, object));
    const eventTs = values[eventTimeIndex] as Instant;
    const { partition, offset } = record;
    return { partition, offset, kafkaTs: limits.countedKafkaTs(record.kafkaTs), eventTs, values };
  };

  return (record) => {
    if (record.unreadable) return { rejection: record.unreadable };
    try {
      const event = decode(record);
      const rejection = limits.rejection(event.eventTs, record.kafkaTs);
      return rejection ? { rejection } : { event };
    } catch (error) {
      if (error instanceof Rejected) return { rejection: error.rejection };
      throw error;
    }
  };
}

function parseObject(value: Uint8Array | null): object {
  if (value === null) throw new Rejected('no_value', 'the record has no value (a tombstone)');
  if (value[0] === 0) {
    throw new Rejected(
      'schema_registry_prefix',
      'the value starts with byte 0, as schema-registry encodings do; expected plain JSON',
    );
  }
  let parsed: unknown;
  try {
    parsed = JSON.parse(decodeUtf8(value));
  } catch (error) {
    if (error instanceof SyntaxError) throw new Rejected('not_json', error.message);
    throw error;
  }
  if (typeof parsed !== 'object' || parsed === null || Array.isArray(parsed)) {
    throw new Rejected('not_an_object', `expected a JSON object, got ${describe(parsed)}`);
  }
  return parsed;
}

function decodeUtf8(value: Uint8Array): string {
  try {
    return utf8.decode(value);
  } catch {
    throw new Rejected('not_utf8', 'the value is not UTF-8 text');
  }
}

function readField(field: FieldDefinition, object: object): FieldValue {
  const { name, required } = field;
  const value: unknown = Object.hasOwn(object, name) ? object[name as keyof typeof object] : null;
  if (value === null || (required && value === '')) {
    if (required) throw new Rejected('missing_field', `required field ${name} is missing`);
    return null;
  }
  switch (field.type) {
    case 'string':
      return readString(name, value);
    case 'double':
      return readDouble(name, value);
    case 'integer':
      return readInteger(name, value);
    case 'boolean':
      return readBoolean(name, value);
    case 'timestamp':
      return readTimestamp(name, value);
  }
}

function readString(name: string, value: unknown): string {
  if (typeof value !== 'string') throw wrongType(name, 'a string', value);
  if (!value.isWellFormed() || value.includes('\0')) {
    throw new Rejected('unstorable_text', `field ${name} holds a NUL character or a lone surrogate`);
  }
  return value;
}

function readDouble(name: string, value: unknown): number {
  return readNumber(name, 'a number', value);
}

function readInteger(name: string, value: unknown): number {
  const number = readNumber(name, 'a whole number', value);
  if (!Number.isInteger(number)) throw wrongType(name, 'a whole number', value);
  return number;
}

function readBoolean(name: string, value: unknown): boolean {
  if (typeof value !== 'boolean') throw wrongType(name, 'true or false', value);
  return value;
}

function readNumber(name: string, expected: string, value: unknown): number {
  if (typeof value !== 'number') throw wrongType(name, expected, value);
  if (Math.abs(value) > MAX_MAGNITUDE) {
    throw new Rejected('number_out_of_range', `field ${name} is ${value}, beyond ±${MAX_MAGNITUDE}`);
  }
  return value === 0 ? 0 : value; // −0 becomes 0: JSON.stringify, and so a stored tile, does not keep −0
}

function readTimestamp(name: string, value: unknown): Instant {
  if (typeof value !== 'string') throw wrongType(name, 'an RFC 3339 time', value);
  const instant = parseInstant(value);
  if (instant === undefined) {
    throw new Rejected('not_a_time', `field ${name} is ${describe(value)}, not an RFC 3339 time`);
  }
  return instant;
}

function wrongType(name: string, expected: string, value: unknown): Rejected {
  return new Rejected('wrong_type', `field ${name} should be ${expected}, got ${describe(value)}`);
}

/**
 * A short form of a value for the text of a rejection. It omits nested values, because they may be nested
 * deeper than the stack.
 */
function describe(value: unknown): string {
  if (Array.isArray(value)) return 'an array';
  if (typeof value === 'object' && value !== null) return 'an object';
  const text = JSON.stringify(value);
  return text.length > 80 ? `${text.slice(0, 79)}…` : text;
}
