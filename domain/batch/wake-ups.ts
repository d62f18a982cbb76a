import { timesOfDay } from '../time/cron.ts';
import { type Instant, floorTo } from '../time/instant.ts';
import { type Schedule, type Timetable, timetableOf } from '../time/timetable.ts';
import { localTimeAt, localTimeIn } from '../time/zone.ts';

const HOUR = 3_600_000_000n;
const DAY = 86_400_000_000n;
/** A zone may put its clocks forward in another month in another year. */
const DAYS_AHEAD = 3_660n;
const LAST_HOUR = 23;

/**
 * The cron expressions by which Temporal, in the zone of a schedule, starts its runs. Temporal has no start at a time
 * that clocks skip. So where the zone skips times of the schedule there are starts an hour later, in these months: on
 * the day of the change they come at the moment to which the time was put on, on others they find nothing to do.
 */
export function wakeUps(schedule: Schedule, now: Instant): string[] {
  if (typeof schedule === 'string') return [schedule];
  const { cron } = timetableOf(schedule)!;
  const skipped = skippedTimes(timetableOf(schedule)!, now).map((time) => new Date(Number(time / 1_000n)));
  const hours = distinct(skipped.map((time) => time.getUTCHours())).filter((hour) => hour < LAST_HOUR);
  if (hours.length === 0) return [schedule.cron];
  const months = distinct(skipped.map((time) => time.getUTCMonth() + 1));
  const days = [cron.daysOfMonth, months, cron.daysOfWeek].map((values, place) =>
    values.length === [31, 12, 7][place] ? '*' : values.join(','),
  );
  return [
    schedule.cron,
    [cron.minutes.join(','), hours.map((hour) => hour + 1).join(','), ...days].join(' '),
  ];
}

/**
 * Whether Temporal starts runs at a moment that is none of the schedule's own times: an hour after one, or when clocks
 * show one for the second time.
 */
export function isWakeUp({ cron, zone }: Timetable, at: Instant): boolean {
  if (zone === undefined) return false;
  const shown = localTimeAt(zone, at);
  return [shown, shown - HOUR].some((time) => timesOfDay(cron, floorTo(time, DAY)).includes(time));
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

function distinct(values: readonly number[]): number[] {
  return [...new Set(values)].sort((a, b) => a - b);
}
