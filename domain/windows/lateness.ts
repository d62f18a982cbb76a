import type { Event } from '../log/event.ts';
import type { Watermark } from '../log/watermark.ts';
import { type Instant, earlier } from '../time/instant.ts';
import type { CompiledStreamTable, EntityKey } from './stream-table.ts';
import { admittedFrom, firstWindowEnd, lastWindowEnd } from './window.ts';

/** An event that came too late for some windows of a table: the first that it belongs to, and those after it. */
export interface LateEvent {
  readonly table: string;
  readonly key: EntityKey;
  readonly event: Event;
  readonly watermark: Instant;
  /** The end of the first window that it missed. */
  readonly firstMissed: Instant;
  /** The end of the last one. It missed all windows between the two. */
  readonly lastMissed: Instant;
}

/** The entry of the late list that an event makes for a table. Empty if the event is late for no window, or has no key. */
export function lateFor(table: CompiledStreamTable, event: Event, watermark: Watermark): LateEvent[] {
  const { window, definition } = table;
  if (watermark === undefined || event.eventTs > watermark) return [];
  const firstMissed = firstWindowEnd(window, event.eventTs);
  if (firstMissed > watermark) return [];
  const key = table.keyOf(event);
  if (!key) return [];
  const lastMissed = earlier(
    admittedFrom(window, event.eventTs, watermark) - window.slide,
    lastWindowEnd(window, event.eventTs),
  );
  return [{ table: definition.name, key, event, watermark, firstMissed, lastMissed }];
}
