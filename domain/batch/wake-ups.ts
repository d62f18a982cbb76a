import { type Cron, timesOfDay } from '../time/cron.ts';
import { type Instant, floorTo } from '../time/instant.ts';
import { type Schedule, type Timetable, timetableOf } from '../time/timetable.ts';
import { localTimeAt, localTimeIn } from '../time/zone.ts';

const MINUTE = 60_000_000n;
const HOUR = 3_600_000_000n;
const DAY = 86_400_000_000n;
/** A zone may put its clocks forward in another month in another year. */
const DAYS_AHEAD = 3_660n;
const LAST_HOUR = 23;
const MONTHS = 12;

/**
 * The cron expressions by which Temporal, in the zone of a schedule, starts its runs. Temporal has no start at a time
 * that clocks skip. So where the zone skips times of the schedule there are starts an hour later, in these months: on
 * the day of the change they come at the moment to which the time was put on, on others they find nothing to do.
 */
export function wakeUps(schedule: Schedule, now: Instant): string[] {
  if (typeof schedule === 'string') return [schedule];
  const { cron } = timetableOf(schedule)!;
  const skipped = skippedTimes(timetableOf(schedule)!, now);
  const days = [cron.daysOfMonth, cron.daysOfWeek].map((values, place) =>
    values.length === [31, 7][place] ? '*' : values.join(','),
  );
  const isOfNextDay = (time: Instant) => dateOf(time).getUTCHours() === LAST_HOUR;
  return [
    schedule.cron,
    ...anHourLater(
      skipped.filter((time) => !isOfNextDay(time)),
      cron,
      days,
    ),
    // Days of a month have no next days that hold in each month.
    ...anHourLater(skipped.filter(isOfNextDay), cron, ['*', '*']),
  ];
}

/** At most one expression. */
function anHourLater(
  skipped: readonly Instant[],
  { minutes }: Cron,
  [daysOfMonth, daysOfWeek]: readonly string[],
): string[] {
  if (skipped.length === 0) return [];
  const starts = skipped.map((time) => dateOf(time + HOUR));
  const hours = distinct(starts.map((start) => start.getUTCHours())).join(',');
  const months = distinct(starts.map((start) => start.getUTCMonth() + 1));
  const inMonths = months.length === MONTHS ? '*' : months.join(',');
  return [[minutes.join(','), hours, daysOfMonth, inMonths, daysOfWeek].join(' ')];
}

/**
 * Whether Temporal starts runs at a moment that is none of the schedule's own times: an hour after one, or when clocks
 * show one for the second time. Any day counts: some of these starts come on days that the schedule does not name.
 */
export function isWakeUp({ cron, zone }: Timetable, at: Instant): boolean {
  if (zone === undefined) return false;
  const shown = localTimeAt(zone, at);
  return [shown, shown - HOUR].some((time) => {
    const ofDay = time - floorTo(time, DAY);
    return (
      ofDay % MINUTE === 0n &&
      cron.hours.includes(Number(ofDay / HOUR)) &&
      cron.minutes.includes(Number((ofDay % HOUR) / MINUTE))
    );
  });
}

/** The times of the next years that clocks skip, as clocks would show them. */
function skippedTimes({ cron, zone }: Timetable, now: Instant): Instant[] {
  const momentAt = localTimeIn(zone!);
  const skipped: Instant[] = [];
  const today = floorTo(now, DAY);
  for (let day = today; day < today + DAYS_AHEAD * DAY; day += DAY) {
    const length = momentAt(day + DAY) - momentAt(day);
    if (length >= DAY) continue;
    skipped.push(...timesOfDay(cron, day).filter((time) => localTimeAt(zone!, momentAt(time)) !== time));
  }
  return skipped;
}

function dateOf(time: Instant): Date {
  return new Date(Number(time / 1_000n));
}

function distinct(values: readonly number[]): number[] {
  return [...new Set(values)].sort((a, b) => a - b);
}
