import type { Duration } from '../time/duration.ts';
import type { Instant } from '../time/instant.ts';
import type { Tile, TileIdentity } from './tile.ts';
import { type WindowSpec, slideNumber } from './window.ts';

/**
 * The tiles of one entity, one for each identity, indexed by the number of the slide in which a tile starts.
 */
export class EntityTiles implements Iterable<Tile> {
  readonly #window: WindowSpec;
  readonly #bySlide = new Map<number, Tile[]>();

  constructor(window: WindowSpec) {
    this.#window = window;
  }

  get({ start, admittedFrom }: Omit<TileIdentity, 'key'>): Tile | undefined {
    const tiles = this.#bySlide.get(slideNumber(this.#window, start));
    return tiles?.find((tile) => tile.admittedFrom === admittedFrom);
  }

  /** Adds a tile, or replaces the tile with the same identity. Returns whether it was added. */
  set(tile: Tile): boolean {
    const slide = slideNumber(this.#window, tile.start);
    const tiles = this.#bySlide.get(slide);
    if (!tiles) {
      this.#bySlide.set(slide, [tile]);
      return true;
    }
    const place = tiles.findIndex(({ admittedFrom }) => admittedFrom === tile.admittedFrom);
    tiles[place < 0 ? tiles.length : place] = tile;
    return place < 0;
  }

  /** The tiles of the window `[end − length, end)`. */
  inWindow(end: Instant, length: Duration): Tile[] {
    const found: Tile[] = [];
    const to = slideNumber(this.#window, end);
    for (let slide = slideNumber(this.#window, end - length); slide < to; slide += 1) {
      const tiles = this.#bySlide.get(slide);
      if (tiles) for (const tile of tiles) if (tile.admittedFrom <= end) found.push(tile);
    }
    return found;
  }

  /** The tiles that start in `[from, to)`. */
  *startingIn(from: Instant, to: Instant): Generator<Tile> {
    const [first, last] = [from, to].map((moment) => slideNumber(this.#window, moment)) as [number, number];
    if (last - first > this.#bySlide.size) {
      for (const tiles of this.#bySlide.values()) yield* startingWithin(tiles, from, to);
      return;
    }
    for (let slide = first; slide <= last; slide += 1)
      yield* startingWithin(this.#bySlide.get(slide) ?? [], from, to);
  }

  *[Symbol.iterator](): Generator<Tile> {
    for (const tiles of this.#bySlide.values()) yield* tiles;
  }
}

/** All of the tiles, which start at one moment, or none of them. */
function startingWithin(tiles: readonly Tile[], from: Instant, to: Instant): readonly Tile[] {
  const start = tiles[0]?.start;
  return start !== undefined && from <= start && start < to ? tiles : [];
}
