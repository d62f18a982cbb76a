import type { Instant } from '../time/instant.ts';
import type { Carry } from './lifetime-carry.ts';
import type { TileSet } from './tile-set.ts';
import type { Tile } from './tile.ts';
import type { EntityRange, WindowRow } from './window-row.ts';

/** Things to write, divided into those to insert (`created`) and those to update (`changed`). */
export interface Upserts<Thing> {
  readonly created: readonly Thing[];
  readonly changed: readonly Thing[];
}

/** What incoming tiles change in a table. */
export interface TableChange {
  readonly tiles: Upserts<Tile>;
  /** The rows, each computed when it is taken. */
  readonly rows: Iterable<WindowRow>;
  /** Whether a row of the same key and end may be stored. Never false of a row that is stored. */
  readonly mayBeStored: (row: WindowRow) => boolean;
  /** These replace the stored carries of the entities. Empty in a table without lifetimes. */
  readonly carries: readonly Carry[];
}

/** A moment before every event, and one after every event. */
export const BEGINNING: Instant = -(2n ** 57n);
export const END: Instant = 2n ** 62n;

/** A merge of incoming tiles into a table. */
export interface TableMerge {
  /** The ranges of the stored tiles that the merge takes. */
  readonly reads: readonly EntityRange[];
  /** @param stored the tiles that start in {@link reads}. */
  change(stored: readonly Tile[]): TableChange;
}

/** The tiles to write after a merge: what the incoming ones have become. */
export function tileUpserts(incoming: readonly Tile[], merged: TileSet, stored: TileSet): Upserts<Tile> {
  return upsertsBy(
    incoming.map((tile) => merged.get(tile)!),
    (tile) => stored.get(tile) !== undefined,
  );
}

export function upsertsBy<Thing>(
  things: readonly Thing[],
  isStored: (thing: Thing) => boolean,
): Upserts<Thing> {
  const created: Thing[] = [];
  const changed: Thing[] = [];
  for (const thing of things) (isStored(thing) ? changed : created).push(thing);
  return { created, changed };
}
