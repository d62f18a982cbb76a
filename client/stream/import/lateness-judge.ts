import { timeLimits } from '../../../domain/log/time-limits.ts';
import { type Watermark, advanceWatermark } from '../../../domain/log/watermark.ts';
import type { EventSourceDefinition } from '../../../domain/registry/definition.ts';
import { parseDuration } from '../../../domain/time/duration.ts';
import type { Instant } from '../../../domain/time/instant.ts';
import type { CompiledStreamTable } from '../../../domain/windows/stream-table.ts';
import { firstWindowEnd } from '../../../domain/windows/window.ts';

/** An event to send to a partition, with the Kafka timestamp that it will have. */
export interface Arrival {
  readonly partition: number;
  readonly eventTs: Instant;
  readonly kafkaTs: Instant;
}

/**
 * Takes events in the order in which they go to the topic. Returns the watermark, if the event is late for a
 * window of any table; otherwise undefined.
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
  return ({ partition, eventTs, kafkaTs }) => {
    const watermark = watermarks.get(partition);
    watermarks.set(
      partition,
      advanceWatermark(watermark, eventTs, limits.countedKafkaTs(kafkaTs), allowedLateness),
    );
    if (watermark === undefined) return undefined;
    return tables.some(({ window }) => firstWindowEnd(window, eventTs) <= watermark) ? watermark : undefined;
  };
}
