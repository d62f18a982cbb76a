import type { Event } from './event.ts';
import type { Watermark } from './watermark.ts';

/** An accepted event with the watermark that it met. */
export interface RawEvent {
  readonly event: Event;
  readonly watermark: Watermark;
  /** Whether the event repeats an original. A duplicate enters no tile and is late for no window. */
  readonly duplicate: boolean;
}
