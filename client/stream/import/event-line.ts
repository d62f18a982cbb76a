import { eventDecoder } from '../../../domain/log/decode-event.ts';
import type { EventSourceDefinition } from '../../../domain/registry/definition.ts';
import { type Instant, parseInstant } from '../../../domain/time/instant.ts';

/** A line of an event file. `value` holds its bytes. */
export interface EventLine {
  /** Counted from 1, blank lines included. */
  readonly number: number;
  readonly value: Buffer;
  /** The entity. Null if the line names none. */
  readonly key: string | null;
  /** Undefined if the line has no readable time. */
  readonly eventTs: Instant | undefined;
  /** Whether the stream will accept the line as an event. Otherwise it becomes a dead letter. */
  readonly accepted: boolean;
}

/** Reads a line as the stream will read it if its Kafka timestamp is `now`. */
export type EventLineReader = (number: number, value: Buffer, now: Instant) => EventLine;

const utf8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

export function eventLineReader(source: EventSourceDefinition): EventLineReader {
  const decode = eventDecoder(source);
  const entityIndex = source.fields.findIndex(({ name }) => name === source.entity);
  return (number, value, now) => {
    const decoded = decode({ partition: 0, offset: BigInt(number), kafkaTs: now, key: null, value });
    if ('rejection' in decoded) return { number, value, ...salvage(source, value), accepted: false };
    const { eventTs, values } = decoded.event;
    return { number, value, key: values[entityIndex] as string, eventTs, accepted: true };
  };
}

/** Reads the entity and the time from a line that will be a dead letter, as far as it has them. */
function salvage(source: EventSourceDefinition, value: Buffer): Pick<EventLine, 'key' | 'eventTs'> {
  const object = parseObject(value);
  const entity = object[source.entity];
  const time = object[source.eventTime];
  return {
    key: typeof entity === 'string' && entity !== '' ? entity : null,
    eventTs: typeof time === 'string' ? parseInstant(time) : undefined,
  };
}

function parseObject(value: Buffer): Readonly<Record<string, unknown>> {
  try {
    const parsed: unknown = JSON.parse(utf8.decode(value));
    if (typeof parsed === 'object' && parsed !== null && !Array.isArray(parsed)) return { ...parsed };
  } catch {
    // The line is not JSON, so it names neither.
  }
  return {};
}
