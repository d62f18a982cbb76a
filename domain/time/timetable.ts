import { type Cron, parseCron, timesOfDay } from './cron.ts';
import { type Instant, floorTo } from './instant.ts';
import { type LocalTime, lastMomentAt, localTimeAt, localTimeIn } from './zone.ts';

/** A cron expression in UTC, or in a time zone such as `Europe/Paris`. */
export type Schedule = string | { readonly cron: string; readonly timezone: string };

/** A schedule that was read. */
export interface Timetable {
  readonly cron: Cron;
  /** The zone whose clocks the expression means. Undefined: UTC. */
  readonly zone: string | undefined;
}

const DAY = 86_400_000_000n;
const HOURS_OF_DAY = 24;
/** How far back the latest time is looked for. 29 February can be eight years away, around a century without one. */
const DAYS_BACK = [1n, 32n, 366n, 366n * 8n];

/** Undefined if the cron expression cannot be read. */
export function timetableOf(schedule: Schedule): Timetable | undefined {
  const { cron: text, timezone } =
    typeof schedule === 'string' ? { cron: schedule, timezone: undefined } : schedule;
  const cron = parseCron(text);
  return cron && { cron, zone: timezone };
}

export function scheduleInWords(schedule: Schedule): string {
  return typeof schedule === 'string' ? `'${schedule}'` : `'${schedule.cron}' in ${schedule.timezone}`;
}

/**
 * The times in `[from, to]`, in order, each once.
 *
 * In a time zone, a time that clocks skip, since they are put forward, comes as much after the change as it is after
 * the last time before it. A time that they show twice, since they are put back, comes at the first of the two moments;
 * if the expression names every hour, at both.
 */
export function* timesBetween(
  { cron, zone }: Timetable,
  from: Instant,
  to: Instant,
): Generator<Instant, void, undefined> {
  const times = zone === undefined ? utcTimes(cron, from, to) : zonedTimes(cron, zone, from, to);
  for (const time of times) if (time >= from && time <= to) yield time;
}

/** The last time that is not after a moment. Undefined if the expression names no day that exists. */
export function latestTime(timetable: Timetable, notAfter: Instant): Instant | undefined {
  for (const days of DAYS_BACK) {
    const latest = [...timesBetween(timetable, notAfter - days * DAY, notAfter)].at(-1);
    if (latest !== undefined) return latest;
  }
  return undefined;
}

function* utcTimes(cron: Cron, from: Instant, to: Instant): Generator<Instant, void, undefined> {
  for (let day = floorTo(from, DAY); day <= to; day += DAY) yield* timesOfDay(cron, day);
}

/** Also gives some times before and after. No clock was ever put on by more than a day. */
function* zonedTimes(
  cron: Cron,
  zone: string,
  from: Instant,
  to: Instant,
): Generator<Instant, void, undefined> {
  const firstMomentAt = localTimeIn(zone);
  const lastDay = floorTo(localTimeAt(zone, to), DAY) + DAY;
  const isEvery = cron.hours.length === HOURS_OF_DAY;
  let waiting: readonly Instant[] = [];
  for (let day = floorTo(localTimeAt(zone, from), DAY) - DAY; day <= lastDay; day += DAY) {
    const local = timesOfDay(cron, day);
    if (local.length === 0 && waiting.length === 0) continue;
    const next = firstMomentAt(day + DAY);
    // Clocks that go back just after midnight show the end of the day twice, and midnight too.
    const endsOnce = !isEvery || lastMomentAt(zone, day + DAY) === next;
    const isPlain = endsOnce && next - firstMomentAt(day) === DAY;
    const times = isPlain
      ? local.map((time) => time + next - (day + DAY))
      : momentsOf(local, { zone, firstMomentAt, isEvery });
    // A time that is put on may be one of the next day.
    const all = [...new Set([...waiting, ...times])].sort((a, b) => (a < b ? -1 : 1));
    yield* all.filter((time) => time < next);
    waiting = all.filter((time) => time >= next);
  }
  yield* waiting;
}

function momentsOf(
  local: readonly Instant[],
  { zone, firstMomentAt, isEvery }: { zone: string; firstMomentAt: LocalTime; isEvery: boolean },
): Instant[] {
  const firsts = local.map(firstMomentAt);
  return isEvery ? [...firsts, ...local.map((time) => lastMomentAt(zone, time))] : firsts;
}
