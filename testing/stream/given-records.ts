import { eventLineReader } from '../../client/stream/import/event-line.ts';
import { AsofError } from '../../domain/errors/asof-error.ts';
import type { EventSourceDefinition } from '../../domain/registry/definition.ts';
import { type Instant, formatInstant, later } from '../../domain/time/instant.ts';
import type { CompiledStreamTable } from '../../domain/windows/stream-table.ts';
import { instantOf } from '../shared/given-times.ts';
import type { PendingRecord } from './topic.ts';

/** An event: an object, which is sent as its JSON, or the text or the bytes of a record's value. */
export type GivenEvent = object | string | Uint8Array;

/** How events are sent. */
export interface SendEventsOptions<Event extends GivenEvent = GivenEvent> {
  /**
   * When each event arrives, which is its Kafka timestamp: an RFC 3339 time, or a function that gives one;
   * `event-time`: at its own event time, or now if that has passed. Default: now. A time before now is refused.
   */
  readonly at?: 'event-time' | (string & {}) | ((event: Event, index: number) => string) | undefined;
}

/** A record as a producer writes it. */
export interface GivenRecord {
  /** Null: a tombstone. */
  readonly value: GivenEvent | null;
  /** Omitted: the entity of the event, as an import has it. Null: none. */
  readonly key?: string | null | undefined;
  readonly headers?: Readonly<Record<string, string>> | undefined;
  /** Omitted: the key decides, as Kafka's default partitioner does. */
  readonly partition?: number | undefined;
  /** RFC 3339: when it arrives. Omitted: now. */
  readonly at?: string | undefined;
  /** RFC 3339: its Kafka timestamp, where the producer sets it. Null: it has none. Omitted: when it arrives. */
  readonly kafkaTime?: string | null | undefined;
}

/** Reads what is given to a source as records on their way to its topic. */
export class RecordReader {
  readonly #source: EventSourceDefinition;
  readonly #read: ReturnType<typeof eventLineReader>;

  constructor(source: EventSourceDefinition, tables: readonly CompiledStreamTable[]) {
    this.#source = source;
    this.#read = eventLineReader(source, tables);
  }

  *events<Event extends GivenEvent>(
    events: Iterable<Event>,
    { at }: SendEventsOptions<Event>,
    now: Instant,
  ): Generator<PendingRecord> {
    let index = 0;
    for (const event of events) {
      const value = bytesOf(event);
      const { key, eventTs } = this.#read(index + 1, value, now);
      yield { key, value, at: arrival(at, { event, index, eventTs }, now) };
      index += 1;
    }
  }

  *records(records: Iterable<GivenRecord>, now: Instant): Generator<PendingRecord> {
    let index = 0;
    for (const record of records) {
      const { headers, partition, kafkaTime } = record;
      this.#requirePartition(partition);
      const value = record.value === null ? null : bytesOf(record.value);
      const kafkaTs = typeof kafkaTime === 'string' ? instantOf('kafkaTime', kafkaTime) : kafkaTime;
      const entity = () => (value === null ? null : this.#read(index + 1, value, now).key);
      yield {
        key: record.key === undefined ? entity() : record.key,
        value,
        headers:
          headers &&
          new Map(Object.entries(headers).map(([name, text]) => [name, Buffer.from(text)] as const)),
        partition,
        kafkaTs,
        at: record.at === undefined ? now : notBefore(now, instantOf('at', record.at)),
      };
      index += 1;
    }
  }

  #requirePartition(partition: number | undefined): void {
    const { name, topicPartitions } = this.#source;
    if (partition === undefined) return;
    if (Number.isInteger(partition) && partition >= 0 && partition < topicPartitions) return;
    throw new AsofError(
      'ASOF_INPUT_INVALID',
      `the topic of '${name}' has no partition ${partition}; expected 0 to ${topicPartitions - 1}`,
      { details: { source: name, partition } },
    );
  }
}

interface ArrivingEvent<Event> {
  readonly event: Event;
  readonly index: number;
  readonly eventTs: Instant | undefined;
}

function arrival<Event extends GivenEvent>(
  at: SendEventsOptions<Event>['at'],
  { event, index, eventTs }: ArrivingEvent<Event>,
  now: Instant,
): Instant {
  if (at === undefined) return now;
  if (at === 'event-time') return eventTs === undefined ? now : later(eventTs, now);
  return notBefore(now, instantOf('at', typeof at === 'function' ? at(event, index) : at));
}

function notBefore(now: Instant, at: Instant): Instant {
  if (at >= now) return at;
  throw new AsofError(
    'ASOF_INPUT_INVALID',
    `an event is sent at ${formatInstant(at)}, and the clock of the simulation is at ${formatInstant(now)} already; ` +
      'send it now, with its event time in the past',
    { details: { at: formatInstant(at), now: formatInstant(now) } },
  );
}

function bytesOf(event: GivenEvent): Buffer {
  if (typeof event === 'string') return Buffer.from(event);
  return event instanceof Uint8Array ? Buffer.from(event) : Buffer.from(JSON.stringify(event));
}
