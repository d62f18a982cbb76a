import { MAX_MAGNITUDE } from '../log/fields/read-value.ts';
import { NumberToken, isJsonObject } from '../log/json/exact-json.ts';
import { isDayText } from '../time/calendar.ts';
import { parseIsoTime } from '../time/iso-time.ts';

/**
 * What a JSON value can be read as. `long`: a whole number that only a text holds exactly. `not_a_number`: also a
 * number such as `1e16`, which is neither whole as it is written nor a double within the limits. `blank`: a text
 * that stands for nothing, such as `""` and `"null"`. `text_…`: a text that holds such a value.
 */
export type Shape =
  | 'boolean'
  | 'whole'
  | 'fraction'
  | 'long'
  | 'not_a_number'
  | 'blank'
  | 'text_truth'
  | 'text_whole'
  | 'text_fraction'
  | 'text_day'
  | 'text_time'
  | 'text';

const BLANKS: ReadonlySet<string> = new Set(['', 'null', 'none', 'nan', 'n/a', 'na', '-', 'undefined']);
const TRUTHS: ReadonlySet<string> = new Set(['true', 'True', 'TRUE', 'false', 'False', 'FALSE']);
const WHOLE = /^-?\d+$/;
const NUMBER = /^[+-]?(?:\d+(?:\.\d*)?|\.\d+)(?:[eE][+-]?\d+)?$/;
/** A whole number that begins with superfluous zeros is a code: a postal code, a part number. */
const CODE = /^-?0\d/;
/** Longer texts are no numbers and times. */
const LONGEST = 64;

/** The shape of a scalar. Undefined of null, a list and an object. */
export function shapeOf(value: unknown): Shape | undefined {
  if (typeof value === 'string') return shapeOfText(value);
  if (typeof value === 'boolean') return 'boolean';
  const number = numberText(value);
  if (number === undefined) return undefined;
  if (!NUMBER.test(number)) return 'not_a_number';
  const isHeld = Math.abs(Number(number)) <= MAX_MAGNITUDE;
  if (!WHOLE.test(number)) return isHeld ? 'fraction' : 'not_a_number';
  return isHeld ? 'whole' : 'long';
}

/** A number as the record writes it. Undefined of other values. */
export function numberText(value: unknown): string | undefined {
  if (value instanceof NumberToken) return value.text;
  return typeof value === 'number' ? String(value) : undefined;
}

/** A scalar as text: what tells it from others. Undefined of null, a list and an object. */
export function scalarText(value: unknown): string | undefined {
  if (typeof value === 'string') return value;
  return typeof value === 'boolean' ? String(value) : numberText(value);
}

/** The members of a JSON object. Undefined of other values. */
export function membersOf(value: unknown): [string, unknown][] | undefined {
  return isJsonObject(value) ? Object.entries(value) : undefined;
}

function shapeOfText(text: string): Shape {
  if (text.length > LONGEST) return 'text';
  if (BLANKS.has(text.toLowerCase())) return 'blank';
  if (TRUTHS.has(text)) return 'text_truth';
  if (WHOLE.test(text)) return CODE.test(text) ? 'text' : 'text_whole';
  if (NUMBER.test(text)) return 'text_fraction';
  if (isDayText(text)) return 'text_day';
  return parseIsoTime(text) === undefined ? 'text' : 'text_time';
}
