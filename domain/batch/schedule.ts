import { type Instant, earlier, later } from '../time/instant.ts';
import { type Timetable, timesBetween } from '../time/timetable.ts';

/** A schedule of a batch table, and the moment from which on it holds. */
export interface SchedulePeriod {
  readonly since: Instant;
  readonly timetable: Timetable;
}

/** Consecutive logical times of a schedule: the first, the last, and how many there are. */
export interface TimeSpan {
  readonly from: Instant;
  readonly to: Instant;
  readonly times: number;
}

/**
 * The logical times in `(after, to]`, in order. Each schedule gives those from its own beginning on,
 * until the next one begins; the first one also gives those before.
 */
export function* scheduledTimes(
  periods: readonly SchedulePeriod[],
  after: Instant,
  to: Instant,
): Generator<Instant, void, undefined> {
  for (const [index, { since, timetable }] of periods.entries()) {
    const next = periods[index + 1];
    const from = index === 0 ? after + 1n : later(since, after + 1n);
    yield* timesBetween(timetable, from, next ? earlier(next.since - 1n, to) : to);
  }
}

/** Divides the scheduled times that `isWanted` into spans of consecutive ones. */
export function spansOf(scheduled: Iterable<Instant>, isWanted: (time: Instant) => boolean): TimeSpan[] {
  const spans: TimeSpan[] = [];
  let open: TimeSpan | undefined;
  for (const time of scheduled) {
    if (!isWanted(time)) {
      if (open) spans.push(open);
      open = undefined;
    } else open = { from: open?.from ?? time, to: time, times: (open?.times ?? 0) + 1 };
  }
  if (open) spans.push(open);
  return spans;
}
