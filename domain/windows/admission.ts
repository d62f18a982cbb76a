import type { RawEvent } from '../log/raw-event.ts';
import type { Watermark } from '../log/watermark.ts';
import type { EventSourceDefinition } from '../registry/definition.ts';
import { later } from '../time/instant.ts';
import { type LateEvent, lateFor } from './lateness.ts';
import type { CompiledStreamTable } from './stream-table.ts';
import { type TileSet, addToTiles } from './tile-set.ts';

/** Where {@link admit} puts events. */
export interface Admission {
  readonly source: EventSourceDefinition;
  readonly table: CompiledStreamTable;
  readonly tiles: TileSet;
  /** The least watermark of every event (see `leastWatermark`). Undefined: none. */
  readonly least: Watermark;
}

/**
 * Adds an event to the tiles of a table. The event enters the windows that it came in time for or, if the
 * source corrects late events, all of its windows.
 *
 * @returns the entry of the late list. Empty if the event is late for no window.
 */
export function admit(
  { source, table, tiles, least }: Admission,
  { event, watermark }: Omit<RawEvent, 'duplicate'>,
): LateEvent[] {
  const met = watermark === undefined || least === undefined ? (watermark ?? least) : later(watermark, least);
  addToTiles(table, tiles, event, source.late === 'correct' ? least : met);
  return lateFor(table, event, met);
}
