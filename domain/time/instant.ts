import { fractionMicros, secondsOf } from './rfc3339.ts';

/**
 * A moment: whole microseconds since 1970-01-01T00:00:00Z, negative before. No time zones, no leap seconds.
 */
export type Instant = bigint;

const MICROS_PER_MILLI = 1_000n;
const MICROS_PER_SECOND = 1_000_000n;

/**
 * Parses an RFC 3339 time, floored to the microsecond. A time without an offset is in UTC. Undefined if the
 * text is not RFC 3339 or names no moment (30 February, hour 24, second 60).
 */
export function parseInstant(text: string): Instant | undefined {
  const seconds = secondsOf(text);
  if (Number.isNaN(seconds)) return undefined;
  return BigInt(seconds) * MICROS_PER_SECOND + BigInt(fractionMicros(text));
}

/**
 * RFC 3339 in UTC with six decimals, such as `2026-01-31T10:00:00.000000Z`. Years beyond 0–9999 have the
 * signed form of ISO 8601.
 */
export function formatInstant(instant: Instant): string {
  const micros = floorMod(instant, MICROS_PER_SECOND);
  const iso = new Date(Number((instant - micros) / MICROS_PER_MILLI)).toISOString();
  return `${iso.slice(0, -'.000Z'.length)}.${micros.toString().padStart(6, '0')}Z`;
}

export function fromMillis(millis: number): Instant {
  return BigInt(millis) * MICROS_PER_MILLI;
}

/** The greatest multiple of `step` that is not above `instant`, also before 1970. */
export function floorTo(instant: Instant, step: bigint): Instant {
  return instant - floorMod(instant, step);
}

function floorMod(value: bigint, modulus: bigint): bigint {
  const remainder = value % modulus;
  return remainder < 0n ? remainder + modulus : remainder;
}

export function earlier(a: Instant, b: Instant): Instant {
  return a < b ? a : b;
}

export function later(a: Instant, b: Instant): Instant {
  return a > b ? a : b;
}

/** The earliest of at least one moment. */
export function earliest(instants: readonly Instant[]): Instant {
  return instants.reduce(earlier);
}

/** The latest of at least one moment. */
export function latest(instants: readonly Instant[]): Instant {
  return instants.reduce(later);
}
