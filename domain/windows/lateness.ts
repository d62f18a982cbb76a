import type { Event } from '../log/event.ts';
import type { Watermark } from '../log/watermark.ts';
import { type Instant } from '../time/instant.ts';
import type { CompiledStreamTable, EntityKey } from './stream-table.ts';
import { admittedFrom, firstWindowEnd, lastWindowEnd, windowEnds } from './window.ts';

/** An event that came too late for some windows of a table, and the ends of the windows it missed. */
export interface LateEvent {
  readonly table: string;
  readonly key: EntityKey;
  readonly event: Event;
  readonly watermark: Instant;
  readonly missedEnds: readonly Instant[];
}

/** The entry of the late list that an event makes for a table. Empty if the event is late for no window, or has no key. */
export function lateFor(table: CompiledStreamTable, event: Event, watermark: Watermark): LateEvent[] {
  const { window, definition } = table;
  if (watermark === undefined || event.eventTs > watermark) return [];
  if (firstWindowEnd(window, event.eventTs) > watermark) return [];
  const key = table.keyOf(event);
  if (!key) return [];
  const lastMissed = admittedFrom(window, event.eventTs, watermark) - window.slide;
  const last = lastWindowEnd(window, event.eventTs);
  const missedEnds = windowEnds(
    window,
    firstWindowEnd(window, event.eventTs),
    lastMissed < last ? lastMissed : last,
  );
  return [{ table: definition.name, key, event, watermark, missedEnds }];
}
