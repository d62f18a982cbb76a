import type { Instant } from '../time/instant.ts';
import type { CompiledStreamTable, Span } from './stream-table.ts';
import { type Tile, mergeParts } from './tile.ts';
import { largestTiles, tileStart } from './window.ts';

type Partials = readonly unknown[];

/**
 * Merges an entity's tiles of one span that starts by the tail, for one end after another. Within a tail, the
 * span only grows; from one tail to the next, whole tails come and go. So no end merges all tails anew: see
 * {@link WholeTails}.
 *
 * @param slides the tiles of slides that start in the tails of the ends.
 * @param tails the tail tiles of the whole tails before these.
 * @returns the partials of the span at an end. It must be called with ascending ends.
 */
export function sawtooth(
  table: CompiledStreamTable,
  { length, aggregations }: Span,
  { slides, tails }: { readonly slides: Iterable<Tile>; readonly tails: Iterable<Tile> },
): (end: Instant) => Partials {
  const largest = largestTiles(table.window);
  const merge = (parts: readonly Partials[]): Partials => mergeParts(table, aggregations, parts);
  const fine = new Arrivals(slides);
  const late = new Arrivals(tails);
  const whole = new WholeTails(merge, tails);
  let tail: Instant | undefined;
  let partials: Partials = [];
  return (end) => {
    const parts: Partials[] = [];
    const now = tileStart(largest, end);
    if (now !== tail) {
      tail = now;
      parts.push(...whole.before(now, length));
      late.until(now);
      fine.until(now);
    } else parts.push(partials);
    for (const tile of late.until(end)) if (tile.start >= now - length) parts.push(tile.partials);
    for (const tile of fine.until(end)) if (tile.start >= now) parts.push(tile.partials);
    if (parts.length !== 1 || parts[0] !== partials) partials = merge(parts);
    return partials;
  };
}

/** Tiles in the order of their `admittedFrom`. */
class Arrivals {
  readonly #tiles: readonly Tile[];
  #next = 0;

  constructor(tiles: Iterable<Tile>) {
    this.#tiles = [...tiles].sort((a, b) => (a.admittedFrom < b.admittedFrom ? -1 : 1));
  }

  /** Those that are admitted by the end, and were not by the one before it. */
  until(end: Instant): readonly Tile[] {
    const from = this.#next;
    while (this.#next < this.#tiles.length && this.#tiles[this.#next]!.admittedFrom <= end) this.#next += 1;
    return this.#tiles.slice(from, this.#next);
  }
}

/** A tile, and the merge of it with all that start later. */
interface Suffix {
  readonly tile: Tile;
  readonly partials: Partials;
}

/**
 * Merges the tail tiles of a span from one tail to the next with about two merges for each tile, as a queue of
 * two stacks: merges of suffixes for those that will leave, and one merge for those that came since.
 */
class WholeTails {
  readonly #merge: (parts: readonly Partials[]) => Partials;
  readonly #arrivals: Arrivals;
  /** By start, the first to leave at the end. */
  #leaving: Suffix[] = [];
  #came: Tile[] = [];
  #sinceThen: Partials | undefined;

  constructor(merge: (parts: readonly Partials[]) => Partials, tails: Iterable<Tile>) {
    this.#merge = merge;
    this.#arrivals = new Arrivals(tails);
  }

  /** The partials to merge for the whole tails of `[tail − length, tail)` that are admitted by `tail`. */
  before(tail: Instant, length: bigint): Partials[] {
    const from = tail - length;
    const fresh = this.#arrivals.until(tail).filter(({ start }) => start >= from);
    while (this.#leaving.length > 0 && this.#leaving.at(-1)!.tile.start < from) this.#leaving.pop();
    if (this.#came.some(({ start }) => start < from)) this.#turnOver(from);
    if (fresh.length > 0) {
      this.#came.push(...fresh);
      const parts = fresh.map(({ partials }) => partials);
      this.#sinceThen = this.#merge(this.#sinceThen ? [this.#sinceThen, ...parts] : parts);
    }
    const leaving = this.#leaving.at(-1)?.partials;
    return [leaving, this.#sinceThen].filter((some) => some !== undefined);
  }

  /** Makes suffixes of all tiles that have not left. */
  #turnOver(from: Instant): void {
    const stay = [...this.#leaving.map(({ tile }) => tile), ...this.#came].filter(
      ({ start }) => start >= from,
    );
    stay.sort((a, b) => (a.start > b.start ? -1 : 1));
    this.#leaving = [];
    let later: Partials | undefined;
    for (const tile of stay) {
      later = later ? this.#merge([tile.partials, later]) : tile.partials;
      this.#leaving.push({ tile, partials: later });
    }
    this.#came = [];
    this.#sinceThen = undefined;
  }
}
