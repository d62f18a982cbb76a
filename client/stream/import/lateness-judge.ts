import { type Watermark, advanceWatermark } from '../../../domain/log/watermark.ts';
import type { EventSourceDefinition } from '../../../domain/registry/definition.ts';
import { parseDuration } from '../../../domain/time/duration.ts';
import type { Instant } from '../../../domain/time/instant.ts';
import type { CompiledStreamTable } from '../../../domain/windows/stream-table.ts';
import { firstWindowEnd } from '../../../domain/windows/window.ts';

/** An event on its way into a partition, with the time that Kafka will stamp it. */
export interface Arrival {
  readonly partition: number;
  readonly eventTs: Instant;
  readonly kafkaTs: Instant;
}

/**
 * Judges events in the order in which they go into the topic: the watermark that the event is late behind, for the
 * first window of some table; undefined where it is in time for all windows.
 */
export type LatenessJudge = (arrival: Arrival) => Instant | undefined;

/** `before` are the watermarks of the records that the topic holds already; none for an empty topic. */
export function latenessJudge(
  source: EventSourceDefinition,
  tables: readonly CompiledStreamTable[],
  before: ReadonlyMap<number, Watermark> = new Map(),
): LatenessJudge {
  const allowedLateness = parseDuration(source.allowedLateness)!;
  const watermarks = new Map(before);
  return ({ partition, eventTs, kafkaTs }) => {
    const watermark = watermarks.get(partition);
    watermarks.set(partition, advanceWatermark(watermark, eventTs, kafkaTs, allowedLateness));
    if (watermark === undefined) return undefined;
    return tables.some(({ window }) => firstWindowEnd(window, eventTs) <= watermark) ? watermark : undefined;
  };
}
