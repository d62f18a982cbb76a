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
  /** Of its events, one or several. */
  readonly eventTimes: readonly Instant[];
  readonly kafkaTs: Instant;
}

/**
 * Takes records in the order in which they go to the topic. Returns the watermark, if an event of the record is
 * late for a window of any table; otherwise undefined.
 */
export type LatenessJudge = (arrival: Arrival) => Instant | undefined;

/** @param before the watermarks after the records that the topic already holds. */
export function latenessJudge(
  source: EventSourceDefinition,
  tables: readonly CompiledStreamTable[],
  before: ReadonlyMap<number, Watermark> = new Map(),
): LatenessJudge {
  const allowedLateness = parseDuration(source.allowedLateness)!;
  const limits = timeLimits(source);
  const watermarks = new Map(before);
  return ({ partition, eventTimes, kafkaTs }) => {
    const watermark = watermarks.get(partition);
    const counted = limits.countedKafkaTs(kafkaTs);
    let after = watermark;
    for (const eventTs of eventTimes) after = advanceWatermark(after, eventTs, counted, allowedLateness);
    watermarks.set(partition, after);
    return eventTimes.some((eventTs) => isLate(tables, eventTs, watermark)) ? watermark : undefined;
  };
}

/** Whether an event that meets the watermark is late for a window of any table. */
export function isLate(
  tables: readonly CompiledStreamTable[],
  eventTs: Instant,
  watermark: Watermark,
): boolean {
  return watermark !== undefined && tables.some(({ window }) => firstWindowEnd(window, eventTs) <= watermark);
}
