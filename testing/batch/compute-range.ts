import { logicalTimes } from '../../activities/batch/logical-times.ts';
import { AsofError } from '../../domain/errors/asof-error.ts';
import { formatInstant } from '../../domain/time/instant.ts';
import type { SimulatedDeployment } from '../deployment.ts';
import { simulatedTable } from '../shared/simulated-tables.ts';

/** RFC 3339 times, both included: the logical times of a schedule between them. */
export interface BatchRange {
  readonly from: string;
  readonly to: string;
}

/** What was computed of a range. */
export interface ComputedRange {
  readonly times: number;
  readonly rows: number;
}

/**
 * Computes a batch table as of every logical time of a past range, once the stream has read what has arrived.
 *
 * @throws AsofError `ASOF_INPUT_INVALID` if a time lies in the future, or an event before it may still be late.
 */
export function computeRange(
  deployment: SimulatedDeployment,
  name: string,
  { from, to }: BatchRange,
): ComputedRange {
  const { definitions, timeline, batches, sources } = deployment;
  const table = definitions.batchTable(name);
  simulatedTable(deployment, name);
  const batch = batches.get(name)!;
  const now = formatInstant(timeline.now);
  const times = logicalTimes(table, { table: name, from, to }, { startedFor: now, now, scheduled: false });
  const settled = batch.settledAt(times.at(-1)!);
  if (settled > timeline.now)
    throw new AsofError(
      'ASOF_INPUT_INVALID',
      `events before ${formatInstant(times.at(-1)!)} may be late until ${formatInstant(settled)}, and the clock of the simulation is at ${now}; advance it first`,
      { details: { table: name, now } },
    );
  sources.get(table.source)!.stream.act(timeline.now);
  const rows = times.reduce((sum, time) => sum + batch.compute(time, timeline.now), 0);
  return { times: times.length, rows };
}
