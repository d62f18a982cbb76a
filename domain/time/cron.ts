import type { Instant } from './instant.ts';

/** A five-field cron expression: the values that each field allows. */
export interface Cron {
  readonly minutes: readonly number[];
  readonly hours: readonly number[];
  readonly daysOfMonth: readonly number[];
  readonly months: readonly number[];
  readonly daysOfWeek: readonly number[];
}

const MICROS_PER_MINUTE = 60_000_000n;
/** The expressions that have names. */
const NAMED: Readonly<Record<string, string>> = {
  '@hourly': '0 * * * *',
  '@daily': '0 0 * * *',
  '@weekly': '0 0 * * 0',
  '@monthly': '0 0 1 * *',
  '@yearly': '0 0 1 1 *',
};

const MONTHS = ['JAN', 'FEB', 'MAR', 'APR', 'MAY', 'JUN', 'JUL', 'AUG', 'SEP', 'OCT', 'NOV', 'DEC'];
const DAYS = ['SUN', 'MON', 'TUE', 'WED', 'THU', 'FRI', 'SAT'];

/**
 * Parses `minute hour day-of-month month day-of-week`, or a name such as `@daily`. Each field is `*`, a number,
 * `a-b`, `*` or `a-b` with a step `/n`, or a list of these. Months and days of the week also have names: `JAN`,
 * `MON`. Undefined for any other text, and where both fields of days are restricted: cron daemons run on days
 * that match either field, Temporal on days that match both.
 */
export function parseCron(text: string): Cron | undefined {
  const fields = (Object.hasOwn(NAMED, text) ? NAMED[text]! : text).split(' ');
  if (fields.length !== 5 || (fields[2] !== '*' && fields[4] !== '*')) return undefined;
  const bounds = [[0, 59], [0, 23], [1, 31], [1, 12, MONTHS], [0, 6, DAYS]] as const; // prettier-ignore
  const [minutes, hours, daysOfMonth, months, daysOfWeek] = bounds.map(([min, max, names], index) =>
    parseField(numbered(fields[index]!, min, names), min, max),
  );
  if (!minutes || !hours || !daysOfMonth || !months || !daysOfWeek) return undefined;
  return { minutes, hours, daysOfMonth, months, daysOfWeek };
}

/** A field with the numbers of what it names. */
function numbered(field: string, first: number, names: readonly string[] = []): string {
  return field.replaceAll(/[a-z]+/gi, (name) => {
    const place = names.indexOf(name.toUpperCase());
    return place < 0 ? name : String(first + place);
  });
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

/** The times of a day, in order, as minutes on a clock count: `day` is a midnight. Empty on a day that is not meant. */
export function timesOfDay(cron: Cron, day: Instant): Instant[] {
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
