import type { RawEvent } from '../log/raw-event.ts';
import type { Watermark } from '../log/watermark.ts';
import type { EventSourceDefinition } from '../registry/definition.ts';
import { later } from '../time/instant.ts';
import { type LateEvent, lateFor } from './lateness.ts';
import type { StreamTable } from './stream-table.ts';
import { type TileSet, addToTiles } from './tile-set.ts';

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
