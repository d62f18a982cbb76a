import type { EventSourceDefinition, RecordFormat } from '../registry/definition.ts';
import { ElementRecord, readsEnvelope, storedElement } from './element-record.ts';
import { type EnvelopedEvent, unwrapper } from './envelope.ts';
import { readAvro, readAvroKey } from './formats/avro-value.ts';
import { frameOf } from './formats/frame.ts';
import { readJson, readRegistryJson } from './formats/json-bytes.ts';
import type { WriterSchemas } from './formats/writer-schemas.ts';
import type { ParsedJson } from './json/json-document.ts';
import { RecordContent } from './json/record-content.ts';
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
  const needsEnvelope = readsEnvelope(source);
  const read = READERS[source.format ?? 'json'];
  const unwrap = unwrapper(source);
  const keyOf = source.format === 'avro' ? ({ key }: KafkaRecord) => readAvroKey(key, schemas) : undefined;
  return (record) => {
    if (record instanceof ElementRecord) return record.content;
    const { value: bytes } = record;
    if (bytes === null) return noValue(source.tombstones, 'the record has no value (a tombstone)');
    if (record.index !== undefined) return storedElement(record, needsEnvelope);
    const value = read(bytes, schemas);
    if (!unwrap) return new RecordContent(record, value, undefined, keyOf);
    const plain = unwrap(value.plain);
    if (typeof plain === 'string') return plain;
    const exact = (): EnvelopedEvent => unwrap(value.exact) as EnvelopedEvent;
    const [event, envelope] = (['event', 'envelope'] as const).map((part): ParsedJson => ({
      plain: plain[part],
      get exact() {
        return exact()[part];
      },
    }));
    return new RecordContent(record, event!, envelope, keyOf);
  };
}

const READERS: Record<RecordFormat, (bytes: Uint8Array, schemas: WriterSchemas) => ParsedJson> = {
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
