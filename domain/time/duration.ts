/** A length of time in whole microseconds. */
export type Duration = bigint;

const MICROS_PER_UNIT: Record<string, bigint> = {
  millisecond: 1_000n,
  second: 1_000_000n,
  minute: 60_000_000n,
  hour: 3_600_000_000n,
  day: 86_400_000_000n,
};

/**
 * Parses a duration such as `15 minutes`, `1 hour` or `0 seconds`: a whole number and one unit from
 * milliseconds to days (of 24 hours). Undefined if the text is not a duration.
 */
export function parseDuration(text: string): Duration | undefined {
  const match = /^(\d{1,9}) (millisecond|second|minute|hour|day)s?$/.exec(text);
  const unit = match?.[2] && MICROS_PER_UNIT[match[2]];
  return unit ? BigInt(match[1]!) * unit : undefined;
}

/** Parses a duration that may have a sign, such as `-5 hours`. Undefined if the text is none. */
export function parseOffset(text: string): Duration | undefined {
  const length = parseDuration(text.replace(/^-/, ''));
  return text.startsWith('-') && length !== undefined ? -length : length;
}

/** A duration of whole milliseconds as {@link parseDuration} reads it, in its largest unit. */
export function formatDuration(duration: Duration): string {
  const units = Object.entries(MICROS_PER_UNIT).reverse();
  const [unit, micros] = units.find(([, size]) => duration % size === 0n)!;
  const count = duration / micros;
  return `${count} ${unit}${count === 1n ? '' : 's'}`;
}

export function toMillis(duration: Duration): number {
  return Number(duration / 1_000n);
}
