/** What a cron expression means, field by field. Days of the month and of the week must both fit. */
export interface OracleCron {
  readonly minutes: readonly number[];
  readonly hours: readonly number[];
  readonly daysOfMonth: readonly number[];
  readonly daysOfWeek: readonly number[];
}

const MINUTE = 60_000;
const DAY = 1_440 * MINUTE;

/**
 * The times of a schedule in a zone, in milliseconds: looks at every minute of `[from, to]` (whole minutes) and what a
 * clock of the zone shows then. A time that is skipped is counted on from the change; one that is shown twice counts
 * once, or twice if the schedule has every hour.
 */
export function localTimes(cron: OracleCron, zone: string, from: number, to: number): number[] {
  const clock = clockOf(zone);
  const seen = new Set<number>();
  const times = new Set<number>();
  let before = clock(from - 2 * DAY - MINUTE);
  for (let at = from - 2 * DAY; at <= to + 2 * DAY; at += MINUTE) {
    const shown = clock(at);
    for (let skipped = before + MINUTE; skipped < shown; skipped += MINUTE)
      if (isMeant(cron, skipped)) times.add(at + (skipped - (before + MINUTE)));
    if (isMeant(cron, shown) && (!seen.has(shown) || cron.hours.length === 24)) times.add(at);
    seen.add(shown);
    before = shown;
  }
  return [...times].filter((time) => from <= time && time <= to).sort((a, b) => a - b);
}

function isMeant(cron: OracleCron, shown: number): boolean {
  const date = new Date(shown);
  return (
    cron.minutes.includes(date.getUTCMinutes()) &&
    cron.hours.includes(date.getUTCHours()) &&
    cron.daysOfMonth.includes(date.getUTCDate()) &&
    cron.daysOfWeek.includes(date.getUTCDay())
  );
}

/** What a clock shows, as the moment at which a clock in UTC shows the same. */
function clockOf(zone: string): (at: number) => number {
  const format = new Intl.DateTimeFormat('sv-SE', { timeZone: zone, dateStyle: 'short', timeStyle: 'short' });
  return (at) => Date.parse(`${format.format(at).replace(' ', 'T')}Z`);
}
