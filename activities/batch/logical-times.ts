import { dayOf, startOf } from '../../domain/batch/day-tiles.ts';
import { AsofError } from '../../domain/errors/asof-error.ts';
import { type BatchTableDefinition, isTiled } from '../../domain/registry/definition.ts';
import { type Instant, formatInstant, parseInstant } from '../../domain/time/instant.ts';
import { latestTime, scheduleInWords, timesBetween, timetableOf } from '../../domain/time/timetable.ts';
import type {
  BatchStart,
  ComputeBatchFeaturesInput,
} from '../../schemas/workflows/compute-batch-features.ts';

/** More than the hours of a year. Their texts fit into the payload of a workflow. */
export const MAX_TIMES = 10_000;

/**
 * Lists the logical times that an input asks for, in order. Without a time in the input, the only one is the
 * schedule's last time that is not after the start.
 *
 * @throws AsofError `ASOF_INPUT_INVALID` if a time is in the future, or if there are no or too many times.
 */
export function logicalTimes(
  table: BatchTableDefinition,
  { at, from, to }: ComputeBatchFeaturesInput,
  { startedFor, now }: BatchStart,
): Instant[] {
  const { name, schedule } = table;
  const timetable = timetableOf(schedule)!;
  const last = parseInstant(at ?? to ?? '') ?? latestTime(timetable, parseInstant(startedFor)!)!;
  if (last > parseInstant(now)!) {
    const field = at === undefined ? 'to' : 'at';
    throw invalid(
      `${formatInstant(last)} lies in the future, where events are still to come; it is ${now} by the clock of Temporal`,
      field,
    );
  }
  if (from === undefined && isTiled(table) && last !== startOf(dayOf(last)))
    throw invalid(
      `${formatInstant(last)} is not the beginning of a day in UTC, and '${name}' is computed from tiles of whole days`,
      'at',
    );
  if (from === undefined) return [last];
  const times: Instant[] = [];
  for (const time of timesBetween(timetable, parseInstant(from)!, last)) {
    if (times.push(time) > MAX_TIMES)
      throw invalid(`the range has more than ${MAX_TIMES} logical times; compute it in parts`, 'to');
  }
  if (times.length > 0) return times;
  throw invalid(
    `the schedule ${scheduleInWords(schedule)} of '${name}' has no time from ${from} to ${to}`,
    'from',
  );
}

function invalid(problem: string, field: string): AsofError {
  const message = `the input of computeBatchFeatures is not valid:\n✖ ${problem}\n  → at ${field}`;
  return new AsofError('ASOF_INPUT_INVALID', message, { details: { field } });
}
