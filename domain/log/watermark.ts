import type { Duration } from '../time/duration.ts';
import { type Instant, earlier, later } from '../time/instant.ts';

/**
 * How far event time is taken to be complete at a record, given by the records before it in its own partition
 * alone: the greatest min(event time, Kafka timestamp) among them, less the allowed lateness. It never goes
 * back. `undefined` before the first record.
 *
 * Because it is a function of the log, the same topic gives the same late events however it is cut into batches,
 * spread over workers or replayed (Spark moves one watermark for all partitions between batches instead).
 */
export type Watermark = Instant | undefined;

/** The watermark after a raw record; dead letters do not move it. */
export function advanceWatermark(
  watermark: Watermark,
  eventTs: Instant,
  kafkaTs: Instant,
  allowedLateness: Duration,
): Instant {
  const reached = earlier(eventTs, kafkaTs) - allowedLateness;
  return watermark === undefined ? reached : later(watermark, reached);
}
