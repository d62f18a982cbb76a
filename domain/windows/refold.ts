import type { Event } from '../log/event.ts';
import { isKeyTooLong } from '../log/key-length.ts';
import type { RawEvent } from '../log/raw-event.ts';
import type { Watermark } from '../log/watermark.ts';
import type { EventSourceDefinition } from '../registry/definition.ts';
import { admit } from './admission.ts';
import { type LateEvent, lateFor } from './lateness.ts';
import type { CompiledStreamTable } from './stream-table.ts';
import { TileSet, addToTiles } from './tile-set.ts';
import type { Tile } from './tile.ts';

/**
 * What the stream would have made of raw events if the table had existed when they were read. Events whose
 * key is too long for the table are left out.
 *
 * @param least the least watermark of every event (see `leastWatermark`). It makes no event late.
 */
export function refold(
  source: EventSourceDefinition,
  table: CompiledStreamTable,
  raw: Iterable<RawEvent>,
  least?: Watermark,
): { tiles: Tile[]; late: LateEvent[] } {
  const admission = { source, table, tiles: new TileSet(table), least };
  const late: LateEvent[] = [];
  for (const one of raw) {
    const key = table.keyOf(one.event);
    if (one.duplicate || !key || isKeyTooLong(key)) continue;
    admit(admission, one);
    late.push(...lateFor(table, one.event, one.watermark));
  }
  return { tiles: [...admission.tiles], late };
}

/**
 * The tiles that raw events have become so far: in the stream, and by late merges of the events for which
 * `isMerged` holds.
 */
export function refoldAsIs(
  table: CompiledStreamTable,
  raw: Iterable<RawEvent>,
  isMerged: (event: Event) => boolean,
): Tile[] {
  const tiles = new TileSet(table);
  for (const { event, watermark, duplicate } of raw) {
    if (!duplicate) addToTiles(table, tiles, event, isMerged(event) ? undefined : watermark);
  }
  return [...tiles];
}

/** The tiles of raw events as if none of them had been late: each event enters all of its windows. */
export function refoldMerged(table: CompiledStreamTable, raw: Iterable<RawEvent>): Tile[] {
  const tiles = new TileSet(table);
  for (const { event, duplicate } of raw) if (!duplicate) addToTiles(table, tiles, event, undefined);
  return [...tiles];
}
