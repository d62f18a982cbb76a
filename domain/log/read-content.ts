import type { EventSourceDefinition, RecordFormat } from '../registry/definition.ts';
import { unwrapper } from './envelope.ts';
import { JsonValue } from './json/json-value.ts';
import { type EnvelopedEvent, RecordContent } from './json/record-content.ts';
import type { KafkaRecord } from './kafka-record.ts';
import { Rejected } from './rejected.ts';
import { type SkipReason, noValue } from './skipped.ts';

/**
 * Finds the event in a record; or says why there is none for the source.
 *
 * @throws Rejected
 */
export type ReadContent = (record: KafkaRecord) => RecordContent | SkipReason;

/** How to read the records of a source, by its format and its envelope. */
export function contentReader(source: EventSourceDefinition): ReadContent {
  const unwrap = unwrapper(source);
  return (record) => {
    const { value: bytes } = record;
    if (bytes === null) return noValue(source.tombstones, 'the record has no value (a tombstone)');
    const value = new JsonValue(jsonOf(bytes, source.format));
    const unwrapped = unwrap(value.root);
    if (typeof unwrapped === 'string') return unwrapped;
    return new RecordContent(record, unwrapped, () => unwrap(value.exact as object) as EnvelopedEvent);
  };
}

/** The byte 0 and the id of a schema, which clients of a schema registry write before a value. */
const REGISTRY_FRAME_BYTES = 5;

/** The bytes of a value's JSON. */
function jsonOf(value: Uint8Array, format: RecordFormat = 'json'): Uint8Array {
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
