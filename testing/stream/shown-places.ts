import type { DeadLetter } from '../../domain/log/dead-letter.ts';
import { formatInstant } from '../../domain/time/instant.ts';
import type { LateEvent } from '../../domain/windows/lateness.ts';
import type { CompiledStreamTable } from '../../domain/windows/stream-table.ts';

/** Where an event or a dead letter stands in the log of its source. */
interface SimulatedPlace {
  readonly partition: number;
  readonly offset: number;
  /** Its index in the list of its record; 0 if the record holds no list. */
  readonly index: number;
}

/** A record, or an event of a record, that was not accepted. */
export interface SimulatedDeadLetter extends SimulatedPlace {
  readonly source: string;
  readonly reason: string;
  /** What is wrong, and what to do. */
  readonly detail: string;
  /** Its value as text. Null: a tombstone. */
  readonly value: string | null;
}

/** An event that came too late for some windows of a table. Times are RFC 3339. */
export interface SimulatedLateEvent extends SimulatedPlace {
  readonly table: string;
  readonly keys: Readonly<Record<string, string>>;
  readonly eventTime: string;
  readonly watermark: string;
  /** The ends of the first and of the last window that it missed, and it missed all between them. */
  readonly firstMissed: string;
  readonly lastMissed: string;
}

export function shownLetter(source: string, { record, rejection }: DeadLetter): SimulatedDeadLetter {
  const { value } = record;
  const text = value === null ? null : Buffer.from(value).toString();
  return { source, ...placeOf(record), ...rejection, value: text };
}

export function shownLateEvent(
  { primaryKeys }: CompiledStreamTable['definition'],
  { table, key, event, watermark, firstMissed, lastMissed }: LateEvent,
): SimulatedLateEvent {
  return {
    table,
    keys: Object.fromEntries(primaryKeys.map((name, index) => [name, key[index]!])),
    eventTime: formatInstant(event.eventTs),
    watermark: formatInstant(watermark),
    firstMissed: formatInstant(firstMissed),
    lastMissed: formatInstant(lastMissed),
    ...placeOf(event),
  };
}

function placeOf(at: {
  readonly partition: number;
  readonly offset: bigint;
  readonly index?: number | undefined;
}): SimulatedPlace {
  return { partition: at.partition, offset: Number(at.offset), index: at.index ?? 0 };
}
