import type { Duration } from '../time/duration.ts';
import { type Instant, floorTo } from '../time/instant.ts';

/**
 * Windows `[end − length, end)` whose ends are the multiples of `slide` since the epoch, in UTC. `length` is
 * a multiple of `slide`. If they are equal, the windows are tumbling.
 */
export interface WindowSpec {
  readonly length: Duration;
  readonly slide: Duration;
}

/**
 * The most slides that a window may have. With more, rows would be rewritten too often: use a coarser slide.
 */
export const MAX_SLIDES_PER_WINDOW = 96n;

/** The end of the first window that contains a moment: the smallest multiple of the slide above it. */
export function firstWindowEnd({ slide }: WindowSpec, at: Instant): Instant {
  return floorTo(at, slide) + slide;
}

/** The start of the first tile that contains nothing before a moment. */
export function firstCompleteTile({ slide }: WindowSpec, moment: Instant): Instant {
  return floorTo(moment - 1n, slide) + slide;
}

/** The end of the last window that contains a moment. */
export function lastWindowEnd({ length, slide }: WindowSpec, at: Instant): Instant {
  return floorTo(at, slide) + length;
}

/**
 * The number of slides between the epoch and a multiple of the slide, such as the start of a tile or the end
 * of a window.
 */
export function slideNumber({ slide }: WindowSpec, multiple: Instant): number {
  return Number(multiple / slide);
}

/** The multiple of the slide with the given {@link slideNumber}. */
export function slideStart({ slide }: WindowSpec, number: number): Instant {
  return BigInt(number) * slide;
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
