import type { Event } from './event.ts';
import type { Watermark } from './watermark.ts';

/** An event in the raw table, with the watermark that it met. */
export interface RawEvent {
  readonly event: Event;
  readonly watermark: Watermark;
  /** Whether it repeats an earlier one: then it enters no tile, and is not late for any window. */
  readonly duplicate: boolean;
}
