/** How fast records were read over the last minute of reading, or since the start if that is less. */
export class ReadingRate {
  static readonly #HORIZON_MS = 60_000;
  /** The number of records read since the first sample, oldest sample first. */
  #samples: { atMs: number; records: number }[] = [];
  #last: number | null = null;

  /** Reading starts now, after a time with nothing to read. */
  start(atMs: number): void {
    this.#samples = [{ atMs, records: 0 }];
  }

  /** Counts records as read since the last call. */
  add(atMs: number, records: number): void {
    if (this.#samples.length === 0) return this.start(atMs);
    this.#samples.push({ atMs, records: this.#samples.at(-1)!.records + records });
    while (this.#samples.length > 2 && this.#samples[1]!.atMs <= atMs - ReadingRate.#HORIZON_MS) {
      this.#samples.shift();
    }
    const [first, last] = [this.#samples[0]!, this.#samples.at(-1)!];
    if (last.atMs > first.atMs) {
      this.#last = ((last.records - first.records) * 1_000) / (last.atMs - first.atMs);
    }
  }

  /** Records per second; null while unknown. */
  get perSecond(): number | null {
    return this.#last;
  }
}

/**
 * The number of seconds, rounded up, that reading so many records takes at this rate. Null while the rate is
 * unknown or 0.
 */
export function secondsToRead(records: number, perSecond: number | null): number | null {
  if (records === 0) return 0;
  return perSecond === null || perSecond <= 0 ? null : Math.ceil(records / perSecond);
}

/** A number of seconds in a short, rounded form: `40 s`, `12 min`, `3 h`. */
export function roughly(seconds: number): string {
  if (seconds < 100) return `${seconds} s`;
  const minutes = Math.round(seconds / 60);
  return minutes < 100 ? `${minutes} min` : `${Math.round(minutes / 60)} h`;
}
