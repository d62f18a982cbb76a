import type { Event } from '../../../domain/log/event.ts';
import { timeLimits } from '../../../domain/log/time-limits.ts';
import { type Watermark, advanceWatermark } from '../../../domain/log/watermark.ts';
import type { EventSourceDefinition } from '../../../domain/registry/definition.ts';
import { parseDuration } from '../../../domain/time/duration.ts';
import type { Instant } from '../../../domain/time/instant.ts';
import type { CompiledStreamTable } from '../../../domain/windows/stream-table.ts';
import { firstWindowEnd } from '../../../domain/windows/window.ts';

/** A record to send to a partition, with the Kafka timestamp that it will have. */
export interface Arrival {
  readonly partition: number;
  /** One or several. */
  readonly events: readonly Event[];
  readonly kafkaTs: Instant;
}

/** An event that is late for a window, and the watermark that it meets. */
export interface Lateness {
  readonly event: Event;
  readonly watermark: Instant;
}

/**
 * Takes records in the order in which they go to the topic. Returns the first event of the record that is late
 * for a window of any table. Undefined: none is.
 */
export type LatenessJudge = (arrival: Arrival) => Lateness | undefined;

/** @param before the watermarks after the records that the topic already holds. */
export function latenessJudge(
  source: EventSourceDefinition,
  tables: readonly CompiledStreamTable[],
  before: ReadonlyMap<number, Watermark> = new Map(),
): LatenessJudge {
  const allowedLateness = parseDuration(source.allowedLateness)!;
  const limits = timeLimits(source);
  const watermarks = new Map(before);
  return ({ partition, events, kafkaTs }) => {
    const watermark = watermarks.get(partition);
    const counted = limits.countedKafkaTs(kafkaTs);
    let after = watermark;
    for (const { eventTs } of events) after = advanceWatermark(after, eventTs, counted, allowedLateness);
    watermarks.set(partition, after);
    const event = events.find((one) => isLate(tables, one, watermark));
    return event && { event, watermark: watermark! };
  };
}

/** Whether an event that meets the watermark is late for a window of any table that it is about. */
export function isLate(tables: readonly CompiledStreamTable[], event: Event, watermark: Watermark): boolean {
  if (watermark === undefined) return false;
  return tables.some(
    (table) => firstWindowEnd(table.window, event.eventTs) <= watermark && table.keyOf(event) !== undefined,
  );
}
