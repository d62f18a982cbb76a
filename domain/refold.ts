import { admit, type LateEvent, type RawEvent } from './admission.ts';
import type { EventSourceDefinition } from './definition.ts';
import type { StreamTable } from './stream-table.ts';
import type { Tile } from './tile.ts';
import { addToTiles, TileSet } from './tile-set.ts';

/** What the stream would have made of raw events, had the table been there when they were read. */
export function refold(
  source: EventSourceDefinition,
  table: StreamTable,
  raw: Iterable<RawEvent>,
): { tiles: Tile[]; late: LateEvent[] } {
  const tiles = new TileSet();
  const late: LateEvent[] = [];
  for (const one of raw) if (!one.duplicate) late.push(...admit(source, table, tiles, one));
  return { tiles: [...tiles], late };
}

/** The tiles of raw events as if none of them had been late: each counts in all of its windows. */
export function refoldMerged(table: StreamTable, raw: Iterable<RawEvent>): Tile[] {
  const tiles = new TileSet();
  for (const { event, duplicate } of raw) if (!duplicate) addToTiles(table, tiles, event, undefined);
  return [...tiles];
}
