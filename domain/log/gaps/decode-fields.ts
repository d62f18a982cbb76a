import type { EventSourceDefinition, FieldDefinition } from '../../registry/definition.ts';
import { eventDecoder } from '../decode-event.ts';
import type { Event } from '../event.ts';
import type { WriterSchemas } from '../formats/writer-schemas.ts';
import type { KafkaRecord } from '../kafka-record.ts';
import { placeDecoder } from '../places.ts';
import { schemaIdsIn } from '../read-content.ts';

/** Reads some fields of records whose events are stored already. */
export interface FieldsDecoder {
  /** The fields that are read. The values of events are in their order. */
  readonly fields: readonly FieldDefinition[];
  /** Fetches the schemas that the records name. It comes before the records are decoded. */
  prepare(records: Iterable<KafkaRecord>): Promise<void>;
  /** The events of a record with these fields alone. None if they cannot be read. */
  eventsOf(record: KafkaRecord): readonly Event[];
}

/**
 * A decoder of some fields and of the event time, as the source now reads them. Whether an event is stored was
 * decided when it was read, so neither the filter of the source nor its limits of time count; and what does not
 * fit an optional field is null, also where it makes a dead letter of a new record.
 */
export function fieldsDecoder(
  source: EventSourceDefinition,
  names: ReadonlySet<string>,
  schemas: WriterSchemas,
): FieldsDecoder {
  const fields = source.fields.filter(({ name }) => names.has(name) || name === source.eventTime);
  const narrowed: EventSourceDefinition = {
    ...source,
    fields,
    where: undefined,
    invalid: 'null',
    kafkaTimestamps: 'ignore',
  };
  const decode = eventDecoder(narrowed, schemas);
  const divide =
    placeDecoder(narrowed, decode) ?? ((record: KafkaRecord) => [{ record, decoded: decode(record) }]);
  return {
    fields,
    prepare: (records) => schemas.prepare(schemaIdsIn(narrowed, records)),
    eventsOf: (record) =>
      divide(record).flatMap(({ decoded }) => ('event' in decoded ? [decoded.event] : [])),
  };
}
