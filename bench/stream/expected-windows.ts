/** The expected number of window rows, and the sum of their event counts. */
export interface ExpectedWindows {
  readonly rows: number;
  readonly events: number;
  /** The number of well-formed records: Asof's raw events. */
  readonly raw: number;
}

const MINUTE = 60_000;
const SLIDE = 15 * MINUTE;
const LENGTH = 60 * MINUTE;
const LATENESS = 10 * MINUTE;

/**
 * Counts the expected windows, record by record, by the rule of docs/concepts/correctness.md: an event is
 * late for each window that ends at or before the watermark.
 */
export class WindowCount {
  readonly #watermarks = new Map<number, number>();
  readonly #windows = new Set<number>();
  #events = 0;
  #raw = 0;

  add(partition: number, user: number, at: number): void {
    const watermark = this.#watermarks.get(partition) ?? -Infinity;
    this.#raw += 1;
    for (let end = (Math.floor(at / SLIDE) + 1) * SLIDE; end <= at + LENGTH; end += SLIDE) {
      if (end <= watermark) continue;
      this.#events += 1;
      this.#windows.add(user * 10_000_000 + end / SLIDE);
    }
    this.#watermarks.set(partition, Math.max(watermark, at - LATENESS));
  }

  get result(): ExpectedWindows {
    return { rows: this.#windows.size, events: this.#events, raw: this.#raw };
  }
}
