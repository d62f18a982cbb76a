import type { StreamTableDefinition } from '../registry/definition.ts';
import { type Duration, parseDuration, parseOffset } from '../time/duration.ts';
import { type Instant, floorTo } from '../time/instant.ts';

/**
 * Windows `[end − length, end)` whose ends are `offset` after the multiples of `slide` since the epoch, in UTC.
 * `length` is a multiple of `slide`. If they are equal, the windows are tumbling.
 */
export interface WindowSpec {
  readonly length: Duration;
  readonly slide: Duration;
  /** Omitted: 0. */
  readonly offset?: Duration | undefined;
}

/** The windows that a stream table declares. */
export function windowOf({ length, slide, offset }: StreamTableDefinition['window']): WindowSpec {
  return {
    length: parseDuration(length)!,
    slide: parseDuration(slide)!,
    offset: offset === undefined ? undefined : parseOffset(offset)!,
  };
}

/**
 * The most slides that a window may have. With more, rows would be rewritten too often: use a coarser slide.
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

/** The end of the last window that contains a moment. */
export function lastWindowEnd(window: WindowSpec, at: Instant): Instant {
  return tileStart(window, at) + window.length;
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
