import type { FieldDefinition, FieldType, ListType, ScalarType } from '../../registry/definition.ts';
import { isDayText } from '../../time/calendar.ts';
import { type EpochUnit, fromEpoch, likelierUnit } from '../../time/epoch.ts';
import { parseIsoTime, refusedTimeForm } from '../../time/iso-time.ts';
import { localTimeIn } from '../../time/zone.ts';
import { describeJson } from '../json/describe-json.ts';
import { NumberToken } from '../json/exact-json.ts';
import { bytesOfBase64, decimalBytes, scaledDecimal } from './decimal-bytes.ts';
import { Misfit, wrongType } from './misfit.ts';
import { listReader } from './read-list.ts';
import type { ReadValue, ReaderOptions } from './value-reader.ts';

/** Numbers beyond ± this limit do not fit: a sum of such numbers cannot be told from noise. */
export const MAX_MAGNITUDE = 1e15;
/** The most digits of a decimal on either side of its point. */
const MOST_DECIMAL_DIGITS = 60;

/** How to read the values of a field. */
export function valueReader(field: FieldDefinition, options: ReaderOptions): ReadValue {
  const { type } = field;
  if (!isList(type)) return READERS[type](field, options);
  return listReader(field, options, (element) =>
    READERS[ELEMENT_TYPES[type]]({ ...field, name: `${field.name}[]` }, element),
  );
}

const ELEMENT_TYPES: Record<ListType, ScalarType> = {
  'string[]': 'string',
  'double[]': 'double',
  'integer[]': 'integer',
  'boolean[]': 'boolean',
};

function isList(type: FieldType): type is ListType {
  return type in ELEMENT_TYPES;
}

const READERS: Record<ScalarType, (field: FieldDefinition, options: ReaderOptions) => ReadValue> = {
  string: ({ name }, { exact }) => {
    return (value, content) => (typeof value === 'string' ? text(name, value) : digits(name, exact(content)));
  },
  double: (field) => (value) => number(field, 'a number', value),
  integer: (field) => (value) => {
    const read = number(field, 'a whole number', value);
    return typeof read !== 'number' || Number.isInteger(read)
      ? read
      : wrongType(field.name, 'a whole number', value);
  },
  boolean: ({ name, coerce = false }) => {
    return (value) => {
      const truth = typeof value === 'boolean' ? value : coerce ? truthOf(value) : undefined;
      return truth ?? wrongType(name, 'true or false', value);
    };
  },
  timestamp: (field, options) => (field.unit ? epoch(field.name, field.unit, options) : isoTime(field)),
  decimal,
  date: ({ name }) => {
    return (value) =>
      typeof value === 'string' && isDayText(value) ? value : wrongType(name, 'a day like 2026-01-31', value);
  },
};

/** A number; where the field has a scale, also the bytes that its digits make, or their base64. */
function decimal({ name, coerce = false, scale }: FieldDefinition, { exact }: ReaderOptions): ReadValue {
  const expected = `a number of at most ${MOST_DECIMAL_DIGITS} digits`;
  return (value, content) => {
    const given = typeof value === 'string' ? value : exact(content);
    if (scale !== undefined && (typeof given === 'string' || given instanceof Uint8Array)) {
      const bytes = typeof given === 'string' ? bytesOfBase64(given) : decimalBytes(given);
      const unscaled = bytes && plainDecimal(scaledDecimal(bytes, scale));
      return unscaled ?? wrongType(name, `the bytes of ${expected}`, given);
    }
    const isTaken = isNumber(given) || (coerce && typeof given === 'string');
    const read = isTaken ? plainDecimal(scalarText(given)) : undefined;
    if (read !== undefined) return read;
    const mayBeBytes = typeof given === 'string' && bytesOfBase64(given) !== undefined;
    const hint = mayBeBytes ? ', which may be the base64 of its bytes: give the field their scale' : '';
    return wrongType(name, expected, given, hint);
  };
}

/** Whether Postgres stores the text. */
export function isStorable(text: string): boolean {
  return text.isWellFormed() && !text.includes('\0');
}

function text(name: string, value: string): string | Misfit {
  if (isStorable(value)) return value;
  return new Misfit('unstorable_text', `field ${name} holds a NUL character or a lone surrogate`);
}

const WHOLE_NUMBER = /^-?\d+$/;

/** A whole number enters a text by its digits, however long it is. */
function digits(name: string, value: unknown): string | Misfit {
  const given = isNumber(value) ? scalarText(value) : '';
  return WHOLE_NUMBER.test(given) ? given : wrongType(name, 'a string', value);
}

const NUMBER = /^[+-]?(?:\d+(?:\.\d*)?|\.\d+)(?:[eE][+-]?\d+)?$/;

function number({ name, coerce }: FieldDefinition, expected: string, value: unknown): number | Misfit {
  const read = numberOf(value, coerce);
  if (read === undefined) return wrongType(name, expected, value);
  if (Math.abs(read) > MAX_MAGNITUDE) {
    return new Misfit(
      'number_out_of_range',
      `field ${name} is ${describeJson(value)}, beyond ±${MAX_MAGNITUDE}`,
    );
  }
  return read === 0 ? 0 : read; // −0 becomes 0: JSON.stringify, and so a stored tile, does not keep −0
}

function numberOf(value: unknown, coerce = false): number | undefined {
  if (typeof value === 'number') return value;
  const isText = value instanceof NumberToken || (coerce && typeof value === 'string');
  const given = isText ? scalarText(value) : '';
  return NUMBER.test(given) ? Number(given) : undefined;
}

/** What a word such as `True`, or a number that is 0 or 1, says. */
function truthOf(value: unknown): boolean | undefined {
  const number = numberOf(value, true);
  if (number === 0 || number === 1) return number === 1;
  return typeof value === 'string' ? WORDS.get(value) : undefined;
}

const WORDS: ReadonlyMap<string, boolean> = new Map([
  ...['true', 'True', 'TRUE'].map((word) => [word, true] as const),
  ...['false', 'False', 'FALSE'].map((word) => [word, false] as const),
]);

function isNumber(value: unknown): value is number | NumberToken {
  return typeof value === 'number' || value instanceof NumberToken;
}

/** What a text, a number or a token says. */
function scalarText(value: unknown): string {
  if (value instanceof NumberToken) return value.text;
  return typeof value === 'string' || typeof value === 'number' ? String(value) : '';
}

/** A number without an exponent and superfluous zeros, equal to the given one. */
export function plainDecimal(given: string): string | undefined {
  if (!NUMBER.test(given)) return undefined;
  const [mantissa, exponent = '0'] = given.toLowerCase().split('e') as [string, string?];
  const [whole, fraction = ''] = mantissa.replace(/[+-]/, '').split('.') as [string, string?];
  if (Math.abs(Number(exponent)) > MOST_DECIMAL_DIGITS) return undefined;
  const places = Math.max(0, fraction.length - Number(exponent));
  const units = (whole + fraction).padEnd(whole.length + Number(exponent), '0').padStart(places + 1, '0');
  const beforePoint = units.slice(0, units.length - places).replace(/^0+(?=\d)/, '');
  const afterPoint = withoutLastZeros(units.slice(units.length - places));
  if (Math.max(beforePoint.length, afterPoint.length) > MOST_DECIMAL_DIGITS) return undefined;
  const size = afterPoint === '' ? beforePoint : `${beforePoint}.${afterPoint}`;
  return given.startsWith('-') && /[1-9]/.test(size) ? `-${size}` : size;
}

/** A regular expression would look for the end of the text from each zero in it. */
function withoutLastZeros(digits: string): string {
  let end = digits.length;
  while (digits[end - 1] === '0') end -= 1;
  return digits.slice(0, end);
}

/**
 * A number, or a text of digits, that counts since 1970. An event time that is much likelier one in another
 * unit does not fit; other times may be of any year.
 */
function epoch(name: string, unit: EpochUnit, { isEventTime, exact }: ReaderOptions): ReadValue {
  return (value, content) => {
    if (typeof value === 'bigint') return value;
    const given = scalarText(typeof value === 'string' ? value : exact(content));
    const instant = fromEpoch(given, unit);
    if (instant !== undefined && !isEventTime) return instant;
    const likelier = likelierUnit(given, unit);
    if (likelier !== undefined) {
      const problem = `field ${name} is ${describeJson(value)}, which is a likely time in ${likelier}, not in ${unit}`;
      return new Misfit('wrong_unit', problem);
    }
    return instant ?? wrongType(name, `a time in ${unit} since 1970, of the years 1 to 9999`, value);
  };
}

function isoTime({ name, zone }: FieldDefinition): ReadValue {
  const local = zone === undefined ? undefined : localTimeIn(zone);
  return (value) => {
    if (typeof value === 'bigint') return value;
    if (typeof value !== 'string') return wrongType(name, 'an ISO 8601 time', value);
    const instant = parseIsoTime(value, local);
    if (instant !== undefined) return instant;
    const form = refusedTimeForm(value);
    const problem = form === undefined ? 'not an ISO 8601 time' : `${form}, which is not read`;
    return new Misfit('not_a_time', `field ${name} is ${describeJson(value)}, ${problem}`);
  };
}
