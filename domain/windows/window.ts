import type { StreamTableDefinition } from '../registry/definition.ts';
import { type Duration, parseDuration, parseOffset } from '../time/duration.ts';
import { type Instant, floorTo } from '../time/instant.ts';

/**
 * Windows `[end − length, end)` whose ends are `offset` after the multiples of `slide` since the epoch, in UTC.
 * `length` is a multiple of `slide`. If they are equal, the windows are tumbling.
 *
 * With a `tail`, the start moves by the tail: the windows are `[floor(end, tail) − length, end)`. The length is a
 * multiple of the tail, and the tail of the slide.
 */
export interface WindowSpec {
  readonly length: Duration;
  readonly slide: Duration;
  /** Omitted: 0. */
  readonly offset?: Duration | undefined;
  /** Omitted: the start moves with the end. */
  readonly tail?: Duration | undefined;
}

/** The windows that a stream table declares. */
export function windowOf({ length, slide, offset, tail }: StreamTableDefinition['window']): WindowSpec {
  return {
    length: parseDuration(length)!,
    slide: parseDuration(slide)!,
    offset: offset === undefined ? undefined : parseOffset(offset)!,
    tail: tail === undefined ? undefined : parseDuration(tail)!,
  };
}

/**
 * The windows whose tiles are the largest that the table stores: one for each tail, or for each slide if there
 * are no tails. Whatever removes or replaces tiles does so for whole ones of these.
 */
export function largestTiles({ length, slide, offset, tail }: WindowSpec): WindowSpec {
  return { length, slide: tail ?? slide, offset };
}

/**
 * The most slides that a window without a tail may have, and the most tails of one that has it. With more, rows
 * would be rewritten too often.
 */
export const MAX_SLIDES_PER_WINDOW = 96n;

/** The start of the tile that contains a moment: the last boundary of windows that is not above it. */
export function tileStart({ slide, offset = 0n }: WindowSpec, at: Instant): Instant {
  return offset === 0n ? floorTo(at, slide) : floorTo(at - offset, slide) + offset;
}

/** The end of the first window that contains a moment: the first boundary above it. */
export function firstWindowEnd(window: WindowSpec, at: Instant): Instant {
  return tileStart(window, at) + window.slide;
}

/** The start of the first tile that contains nothing before a moment. */
export function firstCompleteTile(window: WindowSpec, moment: Instant): Instant {
  return tileStart(window, moment - 1n) + window.slide;
}

/** The start of the window with an end. */
export function windowStart(window: WindowSpec, end: Instant): Instant {
  return (window.tail === undefined ? end : tileStart(largestTiles(window), end)) - window.length;
}

/** The end of the last window that contains a moment. */
export function lastWindowEnd(window: WindowSpec, at: Instant): Instant {
  if (window.tail === undefined) return tileStart(window, at) + window.length;
  return exitFrom(window, at) - window.slide;
}

/** The end of the first window after those that contain a moment. */
export function exitFrom(window: WindowSpec, at: Instant): Instant {
  const largest = largestTiles(window);
  return tileStart(largest, at) + largest.slide + window.length;
}

/**
 * The end of the last row that an event makes. Of windows with a tail, that is the row of the window that it has
 * left.
 */
export function lastRowEnd(window: WindowSpec, at: Instant): Instant {
  return window.tail === undefined ? lastWindowEnd(window, at) : exitFrom(window, at);
}

/**
 * The number of slides between the boundary that is `offset` after the epoch and another, such as the start of a
 * tile or the end of a window.
 */
export function slideNumber({ slide, offset = 0n }: WindowSpec, boundary: Instant): number {
  return Number((boundary - offset) / slide);
}

/** The boundary with the given {@link slideNumber}. */
export function slideStart({ slide, offset = 0n }: WindowSpec, number: number): Instant {
  return BigInt(number) * slide + offset;
}

/** The aligned window ends from `first` to `last`, both included. Empty if `first` is above `last`. */
export function windowEnds({ slide }: WindowSpec, first: Instant, last: Instant): Instant[] {
  const ends: Instant[] = [];
  for (let end = first; end <= last; end += slide) ends.push(end);
  return ends;
}

/**
 * The end of the first window that admits an event: it contains the event and ends above the watermark. The
 * watermark is undefined before the first event of a partition. The result is beyond {@link lastWindowEnd} if
 * the event is late for every window.
 */
export function admittedFrom(window: WindowSpec, at: Instant, watermark: Instant | undefined): Instant {
  const first = firstWindowEnd(window, at);
  return watermark === undefined || watermark < first ? first : firstWindowEnd(window, watermark);
}
