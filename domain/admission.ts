import type { EventSourceDefinition } from './definition.ts';
import type { Event } from './event.ts';
import { later, type Instant } from './instant.ts';
import type { EntityKey, StreamTable } from './stream-table.ts';
import { addToTiles, type TileSet } from './tile-set.ts';
import type { Watermark } from './watermark.ts';
import { admittedFrom, firstWindowEnd, lastWindowEnd, windowEnds } from './window.ts';

/** An event in the raw table, with the watermark that it met. */
export interface RawEvent {
  readonly event: Event;
  readonly watermark: Watermark;
  /** Whether it repeats an earlier one: then it enters no tile, and is not late for any window. */
  readonly duplicate: boolean;
}

/** An event that came too late for some windows of a table, and the ends of the windows it missed. */
export interface LateEvent {
  readonly table: string;
  readonly key: EntityKey;
  readonly event: Event;
  readonly watermark: Instant;
  readonly missedEnds: readonly Instant[];
}

/**
 * Adds an event to the tiles of a table as its source says: to the windows that it came in time for, or, where late
 * events are corrected, to all of its windows.
 *
 * @param least what its watermark is at least: see {@link leastWatermark}.
 * @returns what is to be listed, if it came too late for a window.
 */
export function admit(
  source: EventSourceDefinition,
  table: StreamTable,
  tiles: TileSet,
  { event, watermark }: Omit<RawEvent, 'duplicate'>,
  least?: Watermark,
): LateEvent[] {
  const met = watermark === undefined || least === undefined ? (watermark ?? least) : later(watermark, least);
  addToTiles(table, tiles, event, source.late === 'correct' ? least : met);
  return lateFor(table, event, met);
}

function lateFor(table: StreamTable, event: Event, watermark: Watermark): LateEvent[] {
  const { window, definition } = table;
  if (watermark === undefined || event.eventTs > watermark) return [];
  if (firstWindowEnd(window, event.eventTs) > watermark) return [];
  const lastMissed = admittedFrom(window, event.eventTs, watermark) - window.slide;
  const last = lastWindowEnd(window, event.eventTs);
  const missedEnds = windowEnds(
    window,
    firstWindowEnd(window, event.eventTs),
    lastMissed < last ? lastMissed : last,
  );
  return [{ table: definition.name, key: table.keyOf(event), event, watermark, missedEnds }];
}
