import { AsofError } from '../../domain/errors/asof-error.ts';
import type { BatchTableDefinition } from '../../domain/registry/definition.ts';
import { cronTimes, latestCronTime, parseCron } from '../../domain/time/cron.ts';
import { type Instant, formatInstant, fromMillis, parseInstant } from '../../domain/time/instant.ts';
import type { ComputeBatchFeaturesInput } from '../../schemas/workflows/compute-batch-features.ts';

/** More than a year of hours; their texts fit the payload of a workflow. */
const MAX_TIMES = 10_000;

/**
 * The logical times that an input asks for, in order. Without any in the input it is the schedule's own: the last one
 * that is not after `startedFor`, which is the very time for a scheduled start, and for one by hand or by a trigger
 * between two times the one that was due last.
 *
 * @throws AsofError `ASOF_INPUT_INVALID` when a time lies in the future, or there are none or too many.
 */
export function logicalTimes(
  { name, schedule }: BatchTableDefinition,
  { at, from, to }: ComputeBatchFeaturesInput,
  startedFor: Instant,
): Instant[] {
  const cron = parseCron(schedule)!;
  const last = parseInstant(at ?? to ?? '') ?? latestCronTime(cron, startedFor)!;
  if (last > fromMillis(Date.now())) {
    const field = at === undefined ? 'to' : 'at';
    throw invalid(`${formatInstant(last)} lies in the future, where events are still to come`, field);
  }
  if (from === undefined) return [last];
  const times: Instant[] = [];
  for (const time of cronTimes(cron, parseInstant(from)!, last)) {
    if (times.push(time) > MAX_TIMES)
      throw invalid(`the range has more than ${MAX_TIMES} logical times; compute it in parts`, 'to');
  }
  if (times.length > 0) return times;
  throw invalid(`the schedule '${schedule}' of '${name}' has no time from ${from} to ${to}`, 'from');
}

function invalid(problem: string, field: string): AsofError {
  const message = `the input of computeBatchFeatures is not valid:\n✖ ${problem}\n  → at ${field}`;
  return new AsofError('ASOF_INPUT_INVALID', message, { details: { field } });
}
