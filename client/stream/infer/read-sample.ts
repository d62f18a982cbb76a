import type { InferredSource } from '../../../domain/inference/inferred-source.ts';
import { eventDecoder } from '../../../domain/log/decode-event.ts';
import type { KafkaRecord } from '../../../domain/log/kafka-record.ts';
import { type Place, type PlaceDecoder, placeDecoder } from '../../../domain/log/places.ts';
import type { EventSourceDefinition } from '../../../domain/registry/definition.ts';
import { type Field, eventSource } from '../../../schemas/definitions/event-source.ts';

/** What a definition makes of the records that were looked at. */
export interface SampleReading {
  readonly records: number;
  /** Where records hold several events, events, dead letters and skipped ones are counted by element. */
  readonly events: number;
  readonly deadLetters: number;
  /** What is not for the source, as its filter and its rules for tombstones and deletions say; and empty lists. */
  readonly skipped: number;
  /** Why the first dead letters are none. */
  readonly firstRejections: readonly SampleRejection[];
}

/** A record that will be a dead letter, and why. */
export interface SampleRejection {
  readonly partition: number;
  /** The offset, or the number of the line, as a decimal text. */
  readonly offset: string;
  /** Of an element of a list of events: its index in the list. */
  readonly index?: number;
  /** The code of the reason, such as `missing_field`. */
  readonly reason: string;
  /** The reason in words. */
  readonly detail: string;
}

/** How many rejected records are listed. */
const LISTED = 3;

/**
 * The definition of an inferred source, as `eventSource` makes it.
 *
 * @throws AsofError `ASOF_DEFINITION_INVALID`.
 */
export function sourceDefinition({ fields, where, ...options }: InferredSource): EventSourceDefinition {
  const byName = fields.map(({ name, ...field }): [string, Field] => [name, field]);
  return eventSource({
    ...definedOnly(options),
    name: options.name,
    entity: options.entity as never,
    eventTime: options.eventTime as never,
    fields: Object.fromEntries(byName),
    ...(where && { where: { expression: where } }),
  }).definition;
}

function definedOnly<Options extends object>(
  options: Options,
): {
  [Name in keyof Options]: Exclude<Options[Name], undefined>;
} {
  return Object.fromEntries(Object.entries(options).filter(([, value]) => value !== undefined)) as never;
}

/** Reads the records as the stream will. */
export function readBySource(source: EventSourceDefinition, records: readonly KafkaRecord[]): SampleReading {
  const decode = eventDecoder(source);
  const placesOf: PlaceDecoder =
    placeDecoder(source, decode) ?? ((record) => [{ record, decoded: decode(record) }]);
  const counts = { events: 0, deadLetters: 0, skipped: 0 };
  const firstRejections: SampleRejection[] = [];
  const count = ({ record, decoded }: Place): void => {
    if ('event' in decoded) counts.events += 1;
    else if ('skipped' in decoded) counts.skipped += 1;
    else {
      counts.deadLetters += 1;
      if (firstRejections.length < LISTED)
        firstRejections.push({ ...numbersOf(record), ...decoded.rejection });
    }
  };
  for (const record of records) placesOf(record).forEach(count);
  return { records: records.length, ...counts, firstRejections };
}

function numbersOf({
  partition,
  offset,
  index,
}: KafkaRecord): Pick<SampleRejection, 'partition' | 'offset' | 'index'> {
  return { partition, offset: String(offset), ...(index !== undefined && { index }) };
}
