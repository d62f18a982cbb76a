import sql, { raw } from 'sql-template-tag';
import { type SchedulePeriod, scheduledTimes } from '../../domain/batch/schedule.ts';
import type { BatchTableDefinition } from '../../domain/registry/definition.ts';
import type { Instant } from '../../domain/time/instant.ts';
import { type Schedule, timetableOf } from '../../domain/time/timetable.ts';
import type { Client, Queryable } from '../sql/client.ts';
import { microsExpression, toTimestamptz } from '../sql/timestamp.ts';

/** Records that the schedule of a new batch table begins now. Earlier logical times are for `batch run`. */
export async function beginSchedule(client: Client, { name }: BatchTableDefinition): Promise<void> {
  await client.query(sql`
    INSERT INTO asof.batch_schedules (feature_table, complete_to) VALUES (${name}, now()) ON CONFLICT DO NOTHING`);
}

/**
 * The moment up to which no logical time of a table's schedule is left to compute.
 *
 * @returns undefined for a table that has no schedule.
 */
export async function readCompleteTo(db: Queryable, table: string): Promise<Instant | undefined> {
  const { rows } = await db.query<{ at: string }>(sql`
    SELECT ${raw(microsExpression('complete_to'))} AS at FROM asof.batch_schedules WHERE feature_table = ${table}`);
  return rows[0] && BigInt(rows[0].at);
}

/** Moves that moment ahead. It never goes back. */
export async function moveCompleteTo(db: Queryable, table: string, completeTo: Instant): Promise<void> {
  await db.query(sql`
    UPDATE asof.batch_schedules SET complete_to = ${toTimestamptz(completeTo)}
    WHERE feature_table = ${table} AND complete_to < ${toTimestamptz(completeTo)}`);
}

/** The schedules that a batch table has had, in order. At least one. */
export async function readSchedulePeriods(db: Queryable, table: string): Promise<SchedulePeriod[]> {
  const { rows } = await db.query<{ since: string; schedule: Schedule }>(sql`
    SELECT ${raw(microsExpression('applied_at'))} AS since, definition -> 'schedule' AS schedule
    FROM asof.definitions WHERE kind = 'batch_table' AND name = ${table} ORDER BY version`);
  return rows.map(({ since, schedule }) => ({ since: BigInt(since), timetable: timetableOf(schedule)! }));
}

/** The logical times in `(after, to]` that a batch table has been computed for. */
export async function computedTimes(
  db: Queryable,
  table: string,
  after: Instant,
  to: Instant,
): Promise<Set<Instant>> {
  const { rows } = await db.query<{ at: string }>(sql`
    SELECT ${raw(microsExpression('logical_time'))} AS at FROM asof.batch_runs
    WHERE feature_table = ${table} AND logical_time > ${toTimestamptz(after)} AND logical_time <= ${toTimestamptz(to)}`);
  return new Set(rows.map(({ at }) => BigInt(at)));
}

/** The logical times of a table's schedule in `(after, to]` that it has not been computed for, in order. */
export async function timesWithoutRun(
  db: Queryable,
  table: string,
  after: Instant,
  to: Instant,
): Promise<Instant[]> {
  const computed = await computedTimes(db, table, after, to);
  const periods = await readSchedulePeriods(db, table);
  return [...scheduledTimes(periods, after, to)].filter((time) => !computed.has(time));
}
