import type { RawEvent } from '../log/raw-event.ts';
import { type Instant, earlier } from '../time/instant.ts';

/** The earliest Kafka timestamp of some events. Null if there are none, or if one of them has none. */
export function earliestRecord(events: readonly RawEvent[]): Instant | null {
  let earliest: Instant | null = null;
  for (const { event } of events) {
    if (event.kafkaTs === null) return null;
    earliest = earliest === null ? event.kafkaTs : earlier(earliest, event.kafkaTs);
  }
  return earliest;
}
