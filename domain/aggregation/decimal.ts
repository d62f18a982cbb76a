/**
 * An exact decimal number, `units / 10^places`. A double enters as its shortest round-trip decimal. Sums and
 * products are exact, so the order of operations does not affect them. Rounding to a double happens once, at
 * the end.
 */
export interface Decimal {
  readonly units: bigint;
  readonly places: number;
}

export const ZERO: Decimal = { units: 0n, places: 0 };

/** A decimal of at most 15 digits is the shortest decimal of one double, so smaller `units` need no text. */
const FIFTEEN_DIGITS = 1e15;
/** The greatest number of decimal places of a decimal that JSON holds as a number. */
const JSON_PLACES = 12;

/**
 * The decimal of a text, or the shortest round-trip decimal of a number. For up to six decimal places, the
 * usual case, a number needs no text.
 */
export function decimalOf(value: number | string): Decimal {
  if (typeof value === 'string') return parseDecimal(value);
  const millionths = Math.round(value * 1e6);
  // A quotient of two exact doubles is the double nearest to it, so millionths / 10^6 reads as `value`.
  if (Math.abs(millionths) < FIFTEEN_DIGITS && millionths / 1e6 === value) {
    return { units: BigInt(millionths), places: 6 };
  }
  return parseDecimal(String(value));
}

function parseDecimal(text: string): Decimal {
  const [mantissa, exponent = '0'] = text.split('e') as [string, string?];
  const [whole, fraction = ''] = mantissa.split('.') as [string, string?];
  const units = BigInt(whole + fraction);
  const places = fraction.length - Number(exponent);
  return places < 0 ? { units: units * 10n ** BigInt(-places), places: 0 } : { units, places };
}

export function plus(a: Decimal, b: Decimal): Decimal {
  if (a.units === 0n) return b;
  if (a.places === b.places) return { units: a.units + b.units, places: a.places };
  const places = Math.max(a.places, b.places);
  return { units: unitsAt(places, a) + unitsAt(places, b), places };
}

export function times(a: Decimal, b: Decimal): Decimal {
  return { units: a.units * b.units, places: a.places + b.places };
}

/** The decimal in units of `10^-places`. `places` must be at least the decimal's own. */
export function unitsAt(places: number, decimal: Decimal): bigint {
  return decimal.units * 10n ** BigInt(places - decimal.places);
}

/** The nearest double. */
export function toDouble({ units, places }: Decimal): number {
  const small = Number(units);
  if (places === 6 && Number.isSafeInteger(small)) return small / 1e6;
  return Number(`${units}e-${places}`) + 0; // −0 becomes 0
}

/** The double nearest to `numerator / denominator`. `denominator` must be above 0. */
export function quotientToDouble(numerator: bigint, denominator: bigint): number {
  const [n, d] = [Number(numerator), Number(denominator)];
  if (Number.isSafeInteger(n) && Number.isSafeInteger(d)) return n / d;
  const size = numerator < 0n ? -numerator : numerator;
  // A boundary between two rounding results is a multiple of 2^-153 for quotients of at least 10^-30, and of
  // 2^-1075 for all quotients. Such a multiple is a decimal of 153 or 1075 places. So the quotient truncated
  // to these places, with one more digit for a remainder, stays on its side of the boundary.
  const places = size * 10n ** 30n >= denominator ? 153n : 1075n;
  const scaled = size * 10n ** places;
  const cutOff = scaled % denominator === 0n ? 0 : 1;
  const rounded = Number(`${scaled / denominator}${cutOff}e-${places + 1n}`);
  return numerator < 0n ? 0 - rounded : rounded;
}

/**
 * A decimal as JSON. Equal decimals have one encoding: a number where that is exact, otherwise a text of
 * `units` and `places`.
 */
export function encodeDecimal(decimal: Decimal): number | string {
  const asNumber = numberOf(decimal);
  if (asNumber !== undefined) return asNumber;
  if (decimal.units === 0n) return 0;
  const digits = String(decimal.units);
  const zeros = Math.min(decimal.places, digits.length - digits.replace(/0+$/, '').length);
  const shortest = {
    units: BigInt(digits.slice(0, digits.length - zeros)),
    places: decimal.places - zeros,
  };
  return numberOf(shortest) ?? `${shortest.units}e-${shortest.places}`;
}

function numberOf({ units, places }: Decimal): number | undefined {
  const small = Number(units);
  return Math.abs(small) < FIFTEEN_DIGITS && places <= JSON_PLACES ? small / 10 ** places : undefined;
}

export function decodeDecimal(json: unknown): Decimal {
  return typeof json === 'number' ? decimalOf(json) : parseDecimal(String(json));
}
