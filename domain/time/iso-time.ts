import { type Instant, parseInstant } from './instant.ts';
import type { LocalTime } from './zone.ts';

const DAY = String.raw`(?<day>\d{4}-\d\d-\d\d)`;
const CLOCK = String.raw`(?<minute>\d\d:\d\d)(?::(?<second>\d\d)(?:[.,](?<fraction>\d+))?)?`;
const OFFSET = String.raw`(?: ?(?<offset>[Zz]|UTC|[+-]\d\d(?::?\d\d)?)(?:\[[^[\]]+\])?)?`;
/**
 * The forms of ISO 8601 that pandas, SQL, Java and Python write: a blank for `T`, no seconds, a comma before
 * the fraction, offsets such as `+0000`, `+00` and `UTC`, a zone in brackets behind the offset, a day alone.
 */
const ISO = new RegExp(`^${DAY}(?:[Tt ]${CLOCK}${OFFSET})?$`);

/** Forms of times that are refused, since they are rare and would be confused with others. */
const REFUSED = [
  { form: 'an ISO week date', pattern: /^\d{4}-?W\d\d/ },
  { form: 'an ISO ordinal date', pattern: /^\d{4}-\d{3}(?!\d)/ },
  { form: 'a time in the basic form of ISO 8601', pattern: /^\d{8}T?\d*/ },
  { form: 'a date with slashes', pattern: /^\d{1,4}\/\d{1,2}\/\d{1,4}/ },
] as const;

/**
 * Parses an ISO 8601 time, floored to the microsecond. A day alone is its midnight. A leap second is the last
 * microsecond before it. Undefined if the text has no such form, or names no moment.
 *
 * @param local what a time without an offset means. Omitted: it is in UTC.
 */
export function parseIsoTime(text: string, local?: LocalTime): Instant | undefined {
  const plain = local ? undefined : parseInstant(text);
  if (plain !== undefined) return plain;
  const parts = ISO.exec(text)?.groups;
  if (!parts) return undefined;
  const { day, minute = '00:00', second = '00', fraction = '0', offset } = parts;
  const isLeapSecond = second === '60' && minute.endsWith(':59');
  const clock = isLeapSecond ? '59.999999' : `${second}.${fraction}`;
  const instant = parseInstant(`${day}T${minute}:${clock}${rfc3339Offset(offset)}`);
  return instant === undefined || offset !== undefined || !local ? instant : local(instant);
}

/** What a text is that looks like a time and is none of the forms that are read. Undefined: nothing known. */
export function refusedTimeForm(text: string): string | undefined {
  return REFUSED.find(({ pattern }) => pattern.test(text))?.form;
}

/** `+02`, `+0200`, `+02:00` */
function rfc3339Offset(offset: string | undefined): string {
  if (offset === undefined || !/\d/.test(offset)) return 'Z';
  return `${offset.slice(0, 3)}:${offset.slice(3).replace(':', '') || '00'}`;
}
