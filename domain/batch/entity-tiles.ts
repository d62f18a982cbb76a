import type { Event } from '../log/event.ts';
import { type Day, type DayTile, tileId, tilesOver } from './day-tiles.ts';
import type { CompiledTiledTable, Partials } from './tiled-table.ts';

/** The partials of an entity in a tile, as JSON: by aggregation. */
export type TilePartials = readonly unknown[];

/** The partials of an entity's events of a day, while events are added to them. */
export type OpenTile = readonly unknown[];

/**
 * Adds an event to a tile, in place.
 *
 * @param tile undefined before the first event.
 */
export function addEvent(
  { aggregations }: CompiledTiledTable,
  tile: OpenTile | undefined,
  event: Event,
): OpenTile {
  return aggregations.map((aggregation, index) =>
    aggregation.add(tile === undefined ? aggregation.aggregator.empty() : tile[index], event),
  );
}

export function encodeTile({ aggregations }: CompiledTiledTable, tile: OpenTile): TilePartials {
  return aggregations.map(({ aggregator }, index) => aggregator.encode(tile[index]));
}

/** The tile that some tiles of an entity make together. */
export function mergeTiles(
  { aggregations }: CompiledTiledTable,
  tiles: readonly TilePartials[],
): TilePartials {
  if (tiles.length === 1) return tiles[0]!;
  return aggregations.map(({ aggregator }, index) =>
    aggregator.encode(aggregator.merge(tiles.map((partials) => aggregator.decode(partials[index])))),
  );
}

/** The tiles that rows as of the beginning of a day are merged from. */
export interface TilesRead {
  /** All of them. An entity with none of these has no row. */
  readonly tiles: readonly DayTile[];
  /** By span: the ids of its tiles. */
  readonly bySpan: readonly ReadonlySet<string>[];
}

/** @param first the first day that has events. */
export function tilesRead({ spans, lookBack }: CompiledTiledTable, at: Day, first: Day): TilesRead {
  const over = (days: number | undefined): DayTile[] =>
    tilesOver(days === undefined ? undefined : at - days, at, first);
  const bySpan = spans.map(({ days }) => over(days ?? lookBack));
  const all = new Map([over(lookBack), ...bySpan].flat().map((tile) => [tileId(tile), tile]));
  return { tiles: [...all.values()], bySpan: bySpan.map((tiles) => new Set(tiles.map(tileId))) };
}

/** Merges the tiles of an entity over each span. */
export function mergeSpans(
  { spans, aggregations }: CompiledTiledTable,
  { bySpan }: TilesRead,
  tiles: ReadonlyMap<string, TilePartials>,
): Partials {
  return spans.map((span, place) => {
    const own = [...tiles].filter(([id]) => bySpan[place]!.has(id)).map(([, partials]) => partials);
    const merged: unknown[] = [];
    for (const index of span.aggregations) {
      const { aggregator } = aggregations[index]!;
      merged[index] = aggregator.merge(own.map((partials) => aggregator.decode(partials[index])));
    }
    return merged;
  });
}
