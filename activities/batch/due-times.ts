import type { Batch } from '../../db/batch/load-batch.ts';
import { readLosses } from '../../db/batch/retained-events.ts';
import { computedTimes, moveCompleteTo, readCompleteTo, timesWithoutRun } from '../../db/batch/schedules.ts';
import type { Pool } from '../../db/sql/client.ts';
import { isWakeUp } from '../../domain/batch/wake-ups.ts';
import type { AsofError } from '../../domain/errors/asof-error.ts';
import { shortened } from '../../domain/errors/shortened.ts';
import { type Instant, formatInstant, later, parseInstant } from '../../domain/time/instant.ts';
import { latestTime, timetableOf } from '../../domain/time/timetable.ts';
import type { BatchStart, TimeFailures } from '../../schemas/workflows/compute-batch-features.ts';

/** The logical times that a scheduled run has to compute, in order. */
export interface DueTimes {
  readonly times: readonly Instant[];
  /** Times without a run of which retention has removed events. They stay holes. Null: none. */
  readonly lost: TimeFailures | null;
}

/**
 * The logical times that a schedule has left: all that have come by now and have no run. So it makes no
 * difference how many starts the schedule has dropped, or how long it was paused.
 *
 * A run that somebody triggers while nothing is left computes the last time once more.
 */
export async function dueTimes(pool: Pool, batch: Batch, { startedFor, now }: BatchStart): Promise<DueTimes> {
  const started = parseInstant(startedFor)!;
  const through = later(started, parseInstant(now)!);
  const timetable = timetableOf(batch.table.schedule)!;
  const own = latestTime(timetable, started)!;
  const { name } = batch.table;
  const lossAt = await readLosses(pool, batch);
  const isPossible = (time: Instant): boolean => lossAt(time) === undefined;

  const left = await timesWithoutRun(pool, name, (await readCompleteTo(pool, name)) ?? through, through);
  const due = left.filter(isPossible);
  await moveCompleteTo(pool, name, due.length > 0 ? due[0]! - 1n : through);
  const isDone = (await computedTimes(pool, name, own - 1n, own)).has(own);
  // A start that is none of the schedule's own does what is left, and only that.
  const isAsked = !isWakeUp(timetable, started) || own === started;
  const isTriggered = due.length === 0 && own !== started;
  const isOwnWanted = isAsked && !due.includes(own) && isPossible(own) && (!isDone || isTriggered);
  return {
    times: isOwnWanted ? [own, ...due] : due,
    lost: left.reduce<TimeFailures | null>((failures, time) => {
      const loss = lossAt(time);
      return loss ? addFailure(failures, time, loss) : failures;
    }, null),
  };
}

/** The workflow has the message in its results and its page. */
const MOST_CHARACTERS = 1_000;

/** What is said of logical times that could not be computed, with one more. */
export function addFailure(
  failures: TimeFailures | null,
  time: Instant,
  { code, message }: AsofError,
): TimeFailures {
  return failures
    ? { ...failures, count: failures.count + 1 }
    : { count: 1, at: formatInstant(time), code, message: shortened(message, MOST_CHARACTERS) };
}
