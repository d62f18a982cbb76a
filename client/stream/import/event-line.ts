import { type Decoded, eventDecoder } from '../../../domain/log/decode-event.ts';
import { type FieldReader, fieldReader } from '../../../domain/log/fields/field-reader.ts';
import { NO_SCHEMAS } from '../../../domain/log/formats/writer-schemas.ts';
import type { RecordContent } from '../../../domain/log/json/record-content.ts';
import type { KafkaRecord } from '../../../domain/log/kafka-record.ts';
import { type PlaceDecoder, placeDecoder } from '../../../domain/log/places.ts';
import { type ReadContent, contentReader } from '../../../domain/log/read-content.ts';
import { Rejected } from '../../../domain/log/rejected.ts';
import type { EventSourceDefinition } from '../../../domain/registry/definition.ts';
import { mostElements } from '../../../domain/stream/micro-batch-limits.ts';
import { type Instant, earliest } from '../../../domain/time/instant.ts';
import type { CompiledStreamTable } from '../../../domain/windows/stream-table.ts';

/** A line of an event file. `value` holds its bytes. */
export interface EventLine {
  /** Counted from 1, blank lines included. */
  readonly number: number;
  readonly value: Buffer;
  /** The entity, of a line with several events that of the first. Null if the line names none. */
  readonly key: string | null;
  /** The time of its first event. Undefined if the line has no readable time. */
  readonly eventTs: Instant | undefined;
  /** What the stream will make of the line: of each of its events. */
  readonly decoded: readonly Decoded[];
}

/** Reads a line as the stream will read it if its Kafka timestamp is `now`. */
export type EventLineReader = (number: number, value: Buffer, now: Instant) => EventLine;

export function eventLineReader(
  source: EventSourceDefinition,
  tables: readonly CompiledStreamTable[],
): EventLineReader {
  const decode = eventDecoder(source);
  const placesOf: PlaceDecoder =
    placeDecoder(source, decode, mostElements(tables)) ?? ((record) => [{ record, decoded: decode(record) }]);
  const entityIndex = source.fields.findIndex(({ name }) => name === source.entity);
  const salvage = salvager(source);
  return (number, value, now) => {
    const record = { partition: 0, offset: BigInt(number), kafkaTs: now, key: null, value };
    const places = placesOf(record);
    const decoded = places.map((place) => place.decoded);
    const events = decoded.flatMap((one) => ('event' in one ? [one.event] : []));
    if (events.length === 0) return { number, value, ...salvage(places[0]!.record), decoded };
    const eventTs = earliest(events.map((event) => event.eventTs));
    return { number, value, key: events[0]!.values[entityIndex] as string, eventTs, decoded };
  };
}

/** Reads the entity and the time of a line that is no event, as far as it has them. */
function salvager(
  source: EventSourceDefinition,
): (record: KafkaRecord) => Pick<EventLine, 'key' | 'eventTs'> {
  const reader = (wanted: string): FieldReader =>
    fieldReader(
      source,
      source.fields.find(({ name }) => name === wanted)!,
    );
  const readContent = contentReader(source, NO_SCHEMAS);
  const [entity, eventTime] = [reader(source.entity), reader(source.eventTime)];
  return (record) => {
    const content = contentOf(record, readContent);
    if (!content) return { key: null, eventTs: undefined };
    const [key, eventTs] = [entity.read(content), eventTime.read(content)];
    return {
      key: typeof key === 'string' ? key : null,
      eventTs: typeof eventTs === 'bigint' ? eventTs : undefined,
    };
  };
}

function contentOf(record: KafkaRecord, read: ReadContent): RecordContent | undefined {
  try {
    const content = read(record);
    return typeof content === 'string' ? undefined : content;
  } catch (error) {
    if (error instanceof Rejected) return undefined;
    throw error;
  }
}
