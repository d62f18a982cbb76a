import { digitsOf, isObject } from './json.ts';
import type { LogRecord, OracleField } from './log.ts';
import { parseMicros } from './time.ts';

/** A value that is there and is none of the field. */
export const UNFIT = Symbol('unfit');

/** What the fields of an event are read from. */
interface Places {
  readonly record: LogRecord;
  /** The JSON of the event. */
  readonly json: unknown;
  /** The JSON around it. */
  readonly envelope?: unknown;
}

/** The value of a field of an event: null if nothing is there, {@link UNFIT} if it does not fit. */
export function fieldValue(
  { record, json, envelope }: Places,
  name: string,
  field: OracleField,
  isEventTime: boolean,
): unknown {
  const { from = [name] } = field;
  if ('record' in from && from.record === 'timestamp') return record.kafkaTs;
  if ('record' in from || 'header' in from) {
    const bytes = 'record' in from ? record.key : record.headers?.get(from.header);
    if (bytes === null || bytes === undefined) return null;
    const text = Buffer.from(bytes).toString('utf8');
    if (!Buffer.from(text).equals(bytes)) return UNFIT;
    if (field.required && text === '') return null;
    return valueOf(field, text, isEventTime) ?? UNFIT;
  }
  if ('envelope' in from && !isObject(envelope)) return null; // the record is the list
  let given = 'envelope' in from ? envelope : json;
  for (const step of 'envelope' in from ? from.envelope : from) {
    if (typeof step === 'number' ? !Array.isArray(given) : !isObject(given)) return UNFIT;
    const members = given as Record<string | number, unknown>;
    given = Object.hasOwn(members, step) ? members[step] : null;
    if (given === null) return null;
  }
  if (field.required && given === '') return null;
  return valueOf(field, given, isEventTime) ?? UNFIT;
}

/** Undefined if the value does not fit. */
function valueOf(
  { type, unit, zone, coerce = false, scale, length }: OracleField,
  given: unknown,
  isEventTime: boolean,
): unknown {
  const digits = digitsOf(given) ?? (coerce && typeof given === 'string' ? given : undefined);
  switch (type) {
    case 'string':
      if (isText(given)) return given;
      return /^-?[0-9]+$/.test(digitsOf(given) ?? '') ? digitsOf(given) : undefined;
    case 'double':
      return numberOf(digits);
    case 'integer': {
      const number = numberOf(digits);
      return number !== undefined && number % 1 === 0 ? number : undefined;
    }
    case 'boolean':
      if (typeof given === 'boolean') return given;
      if (!coerce || digits === undefined) return undefined;
      if (['true', 'True', 'TRUE'].includes(digits) || numberOf(digits) === 1) return true;
      return ['false', 'False', 'FALSE'].includes(digits) || numberOf(digits) === 0 ? false : undefined;
    case 'decimal':
      return decimalOf(
        scale !== undefined && typeof given === 'string' ? digitsOfBytes(given, scale) : digits,
      );
    case 'date':
      return typeof given === 'string' &&
        /^\d{4}-\d\d-\d\d$/.test(given) &&
        parseMicros(`${given}T00:00:00Z`) !== null
        ? given
        : undefined;
    case 'timestamp': {
      if (unit === undefined)
        return typeof given === 'string' ? (parseMicros(given, zone) ?? undefined) : undefined;
      const text = digitsOf(given) ?? (typeof given === 'string' ? given : '');
      return epochMicros(text, unit, isEventTime);
    }
    case 'double[]': {
      const numbers = listOf('double', coerce, given, length);
      return length === undefined || numbers?.length === length ? numbers : undefined;
    }
    case 'string[]':
    case 'integer[]':
    case 'boolean[]':
      return listOf(type.slice(0, -2) as 'string', coerce, given);
  }
}

/** A list of not too many elements, all of which fit, with at most 65,536 characters of text together. */
function listOf(
  type: OracleField['type'],
  coerce: boolean,
  given: unknown,
  most = 1_000,
): unknown[] | undefined {
  if (!Array.isArray(given) || given.length > most) return undefined;
  const elements = given.map((one: unknown): unknown =>
    valueOf({ type, coerce, required: false }, one, false),
  );
  const characters = elements.filter((one) => typeof one === 'string').join('').length;
  return elements.includes(undefined) || characters > 65_536 ? undefined : elements;
}

/** Whether a value is a string without NUL characters and lone surrogates. */
function isText(value: unknown): value is string {
  return typeof value === 'string' && !value.includes('\u0000') && !/\p{Surrogate}/u.test(value);
}

const NUMBER = /^[+-]?(\d+(\.\d*)?|\.\d+)([eE][+-]?\d+)?$/;

function numberOf(digits: string | undefined): number | undefined {
  if (digits === undefined || !NUMBER.test(digits)) return undefined;
  const number = Number(digits);
  return number >= -1e15 && number <= 1e15 ? number + 0 : undefined; // −0 becomes 0
}

/** A number is a whole number of units of this size. Undefined if it is none, or larger than any that counts. */
const PLACES_HELD = 500;

function unitsOf(digits: string): bigint | undefined {
  if (!NUMBER.test(digits)) return undefined;
  const [mantissa, exponent = '0'] = digits.toLowerCase().split('e') as [string, string?];
  const [whole, places = ''] = mantissa.replace('+', '').split('.') as [string, string?];
  const scale = PLACES_HELD + Number(exponent) - places.length;
  return scale < 0 || scale > 2 * PLACES_HELD
    ? undefined
    : BigInt(`${whole}${places}`) * 10n ** BigInt(scale);
}

/** A decimal of at most 60 digits before and after its point, without superfluous zeros. */
function decimalOf(digits: string | undefined): string | undefined {
  const exponent = Math.abs(Number(/e(.*)/i.exec(digits ?? '')?.[1] ?? 0));
  const all = digits === undefined || exponent > 60 ? undefined : unitsOf(digits);
  if (all === undefined) return undefined;
  const size = String(all < 0n ? -all : all).padStart(PLACES_HELD + 1, '0');
  const [whole, places] = [size.slice(0, -PLACES_HELD), size.slice(-PLACES_HELD).replace(/0+$/, '')];
  if (whole.length > 60 || places.length > 60) return undefined;
  return `${all < 0n ? '-' : ''}${whole}${places === '' ? '' : `.${places}`}`;
}

/** The number whose bytes a base64 text holds. Undefined if it is none, or has more than 60 bytes. */
function digitsOfBytes(text: string, scale: number): string | undefined {
  const bytes = Buffer.from(text, 'base64');
  if (bytes.length === 0 || bytes.length > 60 || bytes.toString('base64') !== text) return undefined;
  const isNegative = bytes[0]! >= 128;
  const size = BigInt(`0x${bytes.toString('hex')}`);
  return `${isNegative ? size - 256n ** BigInt(bytes.length) : size}e-${scale}`;
}

const PLACES = { seconds: 6, milliseconds: 3, microseconds: 0, nanoseconds: -3 } as const;
/** The years 1 to 9999, and the years 1980 to 2199, in which an event time most likely lies. */
const YEARS = [-62_135_596_800_000_000n, 253_402_300_799_999_999n] as const;
const LIKELY = [315_532_800_000_000n, 7_258_118_399_999_999n] as const;

/** Floored microseconds. An event time that is likely in another unit only has the wrong one. */
function epochMicros(text: string, unit: keyof typeof PLACES, isEventTime: boolean): bigint | undefined {
  const number = /^-?\d{1,30}(\.\d{0,30})?(?!\d)/.test(text) ? unitsOf(text) : undefined;
  if (number === undefined) return undefined;
  const micros = (of: keyof typeof PLACES) => floorDivide(number, 10n ** BigInt(PLACES_HELD - PLACES[of]));
  const isIn = ([from, to]: readonly [bigint, bigint], of: keyof typeof PLACES) =>
    micros(of) >= from && micros(of) <= to;
  if (!isIn(YEARS, unit)) return undefined;
  const isLikelier =
    !isIn(LIKELY, unit) && (Object.keys(PLACES) as (keyof typeof PLACES)[]).some((of) => isIn(LIKELY, of));
  return isEventTime && isLikelier ? undefined : micros(unit);
}

function floorDivide(a: bigint, b: bigint): bigint {
  return (a - (((a % b) + b) % b)) / b;
}
