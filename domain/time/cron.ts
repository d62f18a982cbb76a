import { type Instant, floorTo } from './instant.ts';

/** A five-field cron expression in UTC: the values that each field allows. */
export interface Cron {
  readonly minutes: readonly number[];
  readonly hours: readonly number[];
  readonly daysOfMonth: readonly number[];
  readonly months: readonly number[];
  readonly daysOfWeek: readonly number[];
}

const MICROS_PER_MINUTE = 60_000_000n;
const MICROS_PER_DAY = 86_400_000_000n;
/** 29 February can be eight years away, around a century that is not a leap year. */
const LONGEST_GAP_DAYS = 366 * 8;

/**
 * Parses `minute hour day-of-month month day-of-week`. Each field is `*`, a number, `a-b`, `*` or `a-b` with
 * a step `/n`, or a list of these. Undefined for any other text, and where both fields of days are
 * restricted: cron daemons run on days that match either field, Temporal on days that match both.
 */
export function parseCron(text: string): Cron | undefined {
  const fields = text.split(' ');
  if (fields.length !== 5 || (fields[2] !== '*' && fields[4] !== '*')) return undefined;
  const bounds = [[0, 59], [0, 23], [1, 31], [1, 12], [0, 6]] as const; // prettier-ignore
  const [minutes, hours, daysOfMonth, months, daysOfWeek] = bounds.map(([min, max], index) =>
    parseField(fields[index]!, min, max),
  );
  if (!minutes || !hours || !daysOfMonth || !months || !daysOfWeek) return undefined;
  return { minutes, hours, daysOfMonth, months, daysOfWeek };
}

function parseField(text: string, min: number, max: number): number[] | undefined {
  const values = new Set<number>();
  for (const part of text.split(',')) {
    const match = /^(?:(\*)|(\d{1,2})(?:-(\d{1,2}))?)(?:\/(\d{1,2}))?$/.exec(part);
    if (!match) return undefined;
    const [, all, first, last, step] = match;
    // A step requires a range.
    if (step !== undefined && !all && last === undefined) return undefined;
    const from = all ? min : Number(first);
    const to = all ? max : Number(last ?? first);
    if (from < min || to > max || from > to || Number(step ?? 1) < 1) return undefined;
    for (let value = from; value <= to; value += Number(step ?? 1)) values.add(value);
  }
  return [...values].sort((a, b) => a - b);
}

/** The scheduled times in `[from, to]`, in order. */
export function* cronTimes(cron: Cron, from: Instant, to: Instant): Generator<Instant, void, undefined> {
  for (let day = floorTo(from, MICROS_PER_DAY); day <= to; day += MICROS_PER_DAY) {
    for (const time of timesOfDay(cron, day)) if (time >= from && time <= to) yield time;
  }
}

/**
 * The last scheduled time that is not after a moment. Undefined if the expression names no day that exists.
 */
export function latestCronTime(cron: Cron, notAfter: Instant): Instant | undefined {
  let day = floorTo(notAfter, MICROS_PER_DAY);
  for (let back = 0; back <= LONGEST_GAP_DAYS; back += 1) {
    const time = timesOfDay(cron, day).findLast((candidate) => candidate <= notAfter);
    if (time !== undefined) return time;
    day -= MICROS_PER_DAY;
  }
  return undefined;
}

function timesOfDay(cron: Cron, day: Instant): Instant[] {
  const date = new Date(Number(day / 1_000n));
  const comes =
    cron.months.includes(date.getUTCMonth() + 1) &&
    cron.daysOfMonth.includes(date.getUTCDate()) &&
    cron.daysOfWeek.includes(date.getUTCDay());
  if (!comes) return [];
  return cron.hours.flatMap((hour) =>
    cron.minutes.map((minute) => day + BigInt(hour * 60 + minute) * MICROS_PER_MINUTE),
  );
}
