import type { Event } from '../log/event.ts';
import type { RawEvent } from '../log/raw-event.ts';
import type { EventSourceDefinition } from '../registry/definition.ts';
import { admit } from './admission.ts';
import type { LateEvent } from './lateness.ts';
import type { StreamTable } from './stream-table.ts';
import { TileSet, addToTiles } from './tile-set.ts';
import type { Tile } from './tile.ts';

/** What the stream would have made of raw events, had the table been there when they were read. */
export function refold(
  source: EventSourceDefinition,
  table: StreamTable,
  raw: Iterable<RawEvent>,
): { tiles: Tile[]; late: LateEvent[] } {
  const tiles = new TileSet(table);
  const late: LateEvent[] = [];
  for (const one of raw) if (!one.duplicate) late.push(...admit(source, table, tiles, one));
  return { tiles: [...tiles], late };
}

/** The tiles that raw events have become so far, in the stream and by merges of those that `isMerged` says. */
export function refoldAsIs(
  table: StreamTable,
  raw: Iterable<RawEvent>,
  isMerged: (event: Event) => boolean,
): Tile[] {
  const tiles = new TileSet(table);
  for (const { event, watermark, duplicate } of raw) {
    if (!duplicate) addToTiles(table, tiles, event, isMerged(event) ? undefined : watermark);
  }
  return [...tiles];
}

/** The tiles of raw events as if none of them had been late: each counts in all of its windows. */
export function refoldMerged(table: StreamTable, raw: Iterable<RawEvent>): Tile[] {
  const tiles = new TileSet(table);
  for (const { event, duplicate } of raw) if (!duplicate) addToTiles(table, tiles, event, undefined);
  return [...tiles];
}
