const RFC3339 = new RegExp(
  [
    /^(?<year>\d\d\d\d)-(?<month>\d\d)-(?<day>\d\d)[Tt]/,
    /(?<hour>\d\d):(?<minute>\d\d):(?<second>\d\d)(?:\.(?<fraction>\d+))?/,
    /(?:[Zz]|(?<sign>[+-])(?<offsetHour>\d\d):(?<offsetMinute>\d\d))?$/,
  ]
    .map(({ source }) => source)
    .join(''),
);

/**
 * Microseconds since 1970 of an RFC 3339 time, floored. A time without an offset is in UTC. Null if the text
 * is not RFC 3339 or names no moment.
 */
export function parseMicros(text: string): bigint | null {
  const parts = RFC3339.exec(text)?.groups;
  if (!parts) return null;
  const part = (name: string) => Number(parts[name] ?? 0);

  const [year, month, day] = [part('year'), part('month'), part('day')];
  const days = daysOfMonths(year)[month - 1];
  if (days === undefined || day < 1 || day > days) return null;
  if (part('hour') > 23 || part('minute') > 59 || part('second') > 59) return null;
  if (part('offsetHour') > 23 || part('offsetMinute') > 59) return null;

  const local =
    ((daysSince1970(year, month, day) * 24 + part('hour')) * 60 + part('minute')) * 60 + part('second');
  const offset = (part('offsetHour') * 60 + part('offsetMinute')) * 60 * (parts.sign === '-' ? -1 : 1);
  const micros = (parts.fraction ?? '').padEnd(6, '0').slice(0, 6);
  return BigInt(local - offset) * 1_000_000n + BigInt(micros);
}

function daysSince1970(year: number, month: number, day: number): number {
  const daysBeforeMonth = daysOfMonths(year)
    .slice(0, month - 1)
    .reduce((sum, days) => sum + days, 0);
  return daysSinceYear0(year) - daysSinceYear0(1970) + daysBeforeMonth + day - 1;
}

/** Days from 1 January 0000 to 1 January of `year`: 365 for each year, and one for each leap year before. */
function daysSinceYear0(year: number): number {
  return 365 * year + Math.ceil(year / 4) - Math.ceil(year / 100) + Math.ceil(year / 400);
}

function daysOfMonths(year: number): number[] {
  const leap = (year % 4 === 0 && year % 100 !== 0) || year % 400 === 0;
  return [31, leap ? 29 : 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31];
}
