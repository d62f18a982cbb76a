import type { EventSourceDefinition, RecordFormat } from '../registry/definition.ts';
import { unwrapper } from './envelope.ts';
import { readAvro, readAvroKey } from './formats/avro-value.ts';
import { frameOf } from './formats/frame.ts';
import { readJson, readRegistryJson } from './formats/json-bytes.ts';
import type { WriterSchemas } from './formats/writer-schemas.ts';
import type { RecordValue } from './json/json-value.ts';
import { type EnvelopedEvent, RecordContent, type SeldomRead } from './json/record-content.ts';
import type { KafkaRecord } from './kafka-record.ts';
import { type SkipReason, noValue } from './skipped.ts';

/**
 * Finds the event in a record; or says why there is none for the source.
 *
 * @throws Rejected
 */
export type ReadContent = (record: KafkaRecord) => RecordContent | SkipReason;

/** How to read the records of a source, by its format and its envelope. */
export function contentReader(source: EventSourceDefinition, schemas: WriterSchemas): ReadContent {
  const read = READERS[source.format ?? 'json'];
  const unwrap = unwrapper(source);
  const seldom: SeldomRead = {
    unwrapExact: unwrap && ((value) => unwrap(value) as EnvelopedEvent),
    keyOf: source.format === 'avro' ? ({ key }) => readAvroKey(key, schemas) : ({ key }) => key,
  };
  return (record) => {
    const { value: bytes } = record;
    if (bytes === null) return noValue(source.tombstones, 'the record has no value (a tombstone)');
    const value = read(bytes, schemas);
    const unwrapped = unwrap?.(value.root);
    if (typeof unwrapped === 'string') return unwrapped;
    return new RecordContent(record, value, unwrapped, seldom);
  };
}

const READERS: Record<RecordFormat, (bytes: Uint8Array, schemas: WriterSchemas) => RecordValue> = {
  json: readJson,
  registry_json: readRegistryJson,
  avro: readAvro,
};

/** The ids of the schemas with which records of a source were written. None if its format has none. */
export function schemaIdsIn(source: EventSourceDefinition, records: Iterable<KafkaRecord>): Set<number> {
  const ids = new Set<number>();
  if (source.format !== 'avro') return ids;
  const readsKey = source.fields.some(({ from }) => from && 'record' in from && from.record === 'key');
  for (const { key, value } of records) {
    for (const bytes of readsKey ? [key, value] : [value]) {
      const frame = bytes && frameOf(bytes);
      if (frame) ids.add(frame.schemaId);
    }
  }
  return ids;
}
