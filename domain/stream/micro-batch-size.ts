/** A micro-batch ends at this number of records, or at this number of bytes. */
export interface MicroBatchSize {
  readonly maxRecords: number;
  readonly maxBytes: number;
}

/** A micro-batch that takes this long, in ms, is large enough. */
const LONG_MS = 10_000;

/**
 * The size for an attempt of an activity. Each attempt begins with half as much as the one before, which may
 * have taken more than fits into its time.
 */
export function sizeOnAttempt(attempt: number, size: MicroBatchSize): MicroBatchSize {
  return scaled(size, 1 / 2 ** (attempt - 1));
}

/** The size after a micro-batch that took `tookMs`: twice as much, up to `most`, unless that would take long. */
export function nextSize(size: MicroBatchSize, most: MicroBatchSize, tookMs: number): MicroBatchSize {
  if (2 * tookMs > LONG_MS) return size;
  const { maxRecords, maxBytes } = scaled(size, 2);
  return {
    maxRecords: Math.min(maxRecords, most.maxRecords),
    maxBytes: Math.min(maxBytes, most.maxBytes),
  };
}

function scaled({ maxRecords, maxBytes }: MicroBatchSize, factor: number): MicroBatchSize {
  const scale = (number: number): number => Math.max(1, Math.floor(number * factor));
  return { maxRecords: scale(maxRecords), maxBytes: scale(maxBytes) };
}
