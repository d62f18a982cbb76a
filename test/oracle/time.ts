const DATE = /^(?<year>\d\d\d\d)-(?<month>\d\d)-(?<day>\d\d)(?<rest>.*)$/s;
const CLOCK =
  /^[Tt ](?<hour>\d\d):(?<minute>\d\d)(?::(?<second>\d\d)(?:[.,](?<fraction>\d+))?)?(?<zone>.*)$/s;
const OFFSET =
  /^ ?(?:(?<utc>[Zz]|UTC)|(?<sign>[+-])(?<offsetHour>\d\d)(?::?(?<offsetMinute>\d\d))?)(?:\[[^[\]]+\])?$/;

/**
 * Microseconds since 1970 of an ISO 8601 time, floored. A day is its midnight. A leap second is the last
 * microsecond before it. A time without an offset is in `zone`, by default UTC. Null if the text is no such
 * time or names no moment.
 */
export function parseMicros(text: string, zone?: string): bigint | null {
  const date = DATE.exec(text)?.groups;
  const clock = date?.rest === '' ? { zone: '' } : CLOCK.exec(date?.rest ?? '')?.groups;
  const offsetOf = clock?.zone === '' ? {} : OFFSET.exec(clock?.zone ?? '')?.groups;
  if (!date || !clock || !offsetOf) return null;
  const parts: Record<string, string | undefined> = { ...date, ...clock, ...offsetOf };
  if (parts.second === '60' && parts.minute === '59')
    Object.assign(parts, { second: '59', fraction: '999999' });
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
  const isLocal = parts.utc === undefined && parts.sign === undefined && zone !== undefined;
  const seconds = isLocal ? momentOf(local, zone) : local - offset;
  return BigInt(seconds) * 1_000_000n + BigInt(micros);
}

/**
 * When clocks in a zone show a time; both in seconds. There are at most two offsets around it: that of the day
 * before, and that of the day after. If the clocks show it with both, the first counts, and so it does if they
 * show it with neither.
 */
function momentOf(local: number, zone: string): number {
  const [before, after] = [offsetAt(local - 86_400, zone), offsetAt(local + 86_400, zone)];
  const shown = [before, after].filter((offset) => offsetAt(local - offset, zone) === offset);
  return local - (shown[0] ?? before);
}

/** How many seconds the clocks of a zone are ahead of UTC, as Intl prints them. */
function offsetAt(moment: number, zone: string): number {
  const show = new Intl.DateTimeFormat('en-US', { timeZone: zone, timeZoneName: 'longOffset' });
  const name = show.formatToParts(moment * 1_000).find(({ type }) => type === 'timeZoneName')!.value;
  const [, sign, hours = 0, minutes = 0, seconds = 0] = /GMT(?:([+-])(\d\d):(\d\d)(?::(\d\d))?)?/.exec(name)!;
  return (sign === '-' ? -1 : 1) * (Number(hours) * 3_600 + Number(minutes) * 60 + Number(seconds));
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
