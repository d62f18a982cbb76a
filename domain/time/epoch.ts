import type { Instant } from './instant.ts';

/** What a number that stands for a time counts since 1970-01-01T00:00:00Z. */
export const EPOCH_UNITS = ['seconds', 'milliseconds', 'microseconds', 'nanoseconds'] as const;

export type EpochUnit = (typeof EPOCH_UNITS)[number];

/** How many decimal places a unit is above the microsecond. */
const PLACES: Record<EpochUnit, number> = { seconds: 6, milliseconds: 3, microseconds: 0, nanoseconds: -3 };

/** A number stands for a moment of the years 1 to 9999, in microseconds. */
const [EARLIEST, LATEST] = [-62_135_596_800_000_000n, 253_402_300_799_999_999n];
/** Of a number in the right unit, the moment is most likely one of 1980 to 2199. */
const [LIKELY_FROM, LIKELY_TO] = [315_532_800_000_000n, 7_258_118_400_000_000n];

const NUMBER =
  /^(?<sign>-?)(?<whole>\d{1,30})(?:\.(?<fraction>\d{0,30}))?(?:[eE](?<exponent>[+-]?\d{1,3}))?$/;
/** A number below `10^30 · 10^-100` is as far from the next microsecond as one that is smaller still. */
const [LEAST_EXPONENT, GREATEST_EXPONENT] = [-100, 30];

/**
 * The moment that a decimal number stands for, floored to the microsecond. Undefined if the text is no
 * number of at most 30 digits before and after its point, or the moment lies outside the years 1 to 9999.
 */
export function fromEpoch(text: string, unit: EpochUnit): Instant | undefined {
  const parts = NUMBER.exec(text)?.groups;
  if (!parts) return undefined;
  const { sign, whole, fraction = '', exponent = '0' } = parts;
  if (Number(exponent) > GREATEST_EXPONENT) return undefined;
  const units = BigInt(`${sign}${whole}${fraction}`);
  const places = PLACES[unit] + Math.max(Number(exponent), LEAST_EXPONENT) - fraction.length;
  const micros = floorScaled(units, places);
  return micros >= EARLIEST && micros <= LATEST ? micros : undefined;
}

/**
 * The unit in which a number most likely stands for a time, if that is another than its own: in its own, the
 * moment lies outside the years 1980 to 2199, and in the other it does not.
 */
export function likelierUnit(text: string, unit: EpochUnit): EpochUnit | undefined {
  return isLikely(text, unit) ? undefined : likelyUnit(text);
}

/** The unit in which a number stands for a time of the years 1980 to 2199. Undefined: in none. */
export function likelyUnit(text: string): EpochUnit | undefined {
  return EPOCH_UNITS.find((unit) => isLikely(text, unit));
}

function isLikely(text: string, unit: EpochUnit): boolean {
  const instant = fromEpoch(text, unit);
  return instant !== undefined && instant >= LIKELY_FROM && instant < LIKELY_TO;
}

/** `units · 10^places`, floored. */
function floorScaled(units: bigint, places: number): bigint {
  if (places >= 0) return units * 10n ** BigInt(places);
  const divisor = 10n ** BigInt(-places);
  const quotient = units / divisor;
  return units < 0n && quotient * divisor !== units ? quotient - 1n : quotient;
}
