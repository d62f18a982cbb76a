import { computedTimes, readSchedulePeriods } from '../../db/batch/schedules.ts';
import { loadRegistry } from '../../db/registry/registry.ts';
import { readClock } from '../../db/sql/clock.ts';
import { type TimeSpan, scheduledTimes, spansOf } from '../../domain/batch/schedule.ts';
import { type Instant, formatInstant, latest } from '../../domain/time/instant.ts';
import type { Connections } from '../shared/connections.ts';

/** Consecutive logical times of a schedule, of which none has been computed. Times are RFC 3339. */
export interface MissingTimes {
  readonly from: string;
  readonly to: string;
  readonly times: number;
}

/** Which logical times of a batch table's schedule have been computed. */
export interface BatchCheck {
  readonly table: string;
  /** Whether no time is missing. */
  readonly clean: boolean;
  /** When the schedule began: at the `apply` that made the table. */
  readonly since: string;
  /** The number of logical times of the schedule that have been computed. */
  readonly computed: number;
  /** The last of them. Null: none has been computed. */
  readonly last: string | null;
  /** The holes: times before the last that have not been computed. */
  readonly missing: readonly MissingTimes[];
  /** The number of times after the last that have come: they are being computed, or wait. */
  readonly pending: number;
}

export async function checkBatch(connections: Connections, name: string): Promise<BatchCheck> {
  const pool = await connections.pool();
  const { name: table } = (await loadRegistry(pool)).batchTable(name);
  const periods = await readSchedulePeriods(pool, table);
  const { since } = periods[0]!;
  const now = await readClock(pool);
  const computed = await computedTimes(pool, table, since, now);
  const scheduled = [...scheduledTimes(periods, since, now)];
  const last = computed.size === 0 ? undefined : latest([...computed]);
  const isMissing = (time: Instant): boolean => last !== undefined && time < last && !computed.has(time);
  const missing = spansOf(scheduled, isMissing).map(asText);
  return {
    table,
    clean: missing.length === 0,
    since: formatInstant(since),
    computed: scheduled.filter((time) => computed.has(time)).length,
    last: last === undefined ? null : formatInstant(last),
    missing,
    pending: scheduled.filter((time) => last === undefined || time > last).length,
  };
}

function asText({ from, to, times }: TimeSpan): MissingTimes {
  return { from: formatInstant(from), to: formatInstant(to), times };
}
