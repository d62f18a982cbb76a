import type { Duration } from '../time/duration.ts';
import { type Instant, earlier, later } from '../time/instant.ts';

/**
 * How far event time is taken to be complete at a record: the greatest min(event time, Kafka timestamp) among
 * the earlier raw events of its own partition, less the allowed lateness. The watermark never goes back.
 * Where a source ignores Kafka timestamps, the event time alone takes the place of the minimum.
 * Undefined before the first raw event of the partition.
 *
 * Because the watermark is a function of the log, the same topic gives the same late events, however the log
 * is divided into batches, spread over workers or replayed. (Spark moves one watermark for all partitions
 * between batches instead.)
 */
export type Watermark = Instant | undefined;

/**
 * The watermark after a raw event. Dead letters do not move the watermark.
 *
 * @param kafkaTs null: the event time alone counts.
 */
export function advanceWatermark(
  watermark: Watermark,
  eventTs: Instant,
  kafkaTs: Instant | null,
  allowedLateness: Duration,
): Instant {
  const reached = (kafkaTs === null ? eventTs : earlier(eventTs, kafkaTs)) - allowedLateness;
  return watermark === undefined ? reached : later(watermark, reached);
}
