import { z } from 'zod';
import { quoted } from '../../domain/errors/quoted.ts';
import { type Schedule, latestTime, timetableOf } from '../../domain/time/timetable.ts';
import { zoneName } from '../../domain/time/zone.ts';

/** A cron expression with at least one matching time, in UTC or in a time zone. */
export const scheduleSchema = z
  .union([z.string(), z.strictObject({ cron: z.string(), timezone: z.string() })], {
    error:
      "expected a cron expression such as '0 0 * * *', or { cron: '0 0 * * *', timezone: 'Europe/Paris' }",
  })
  .superRefine((schedule, context) => {
    const { cron, timezone } = typeof schedule === 'string' ? { cron: schedule } : schedule;
    if (!hasTimes(cron)) context.addIssue({ code: 'custom', message: notASchedule(cron) });
    const message = timezone === undefined ? undefined : zoneProblem(timezone);
    if (message !== undefined) context.addIssue({ code: 'custom', path: ['timezone'], message });
  }) satisfies z.ZodType<Schedule>;

function hasTimes(text: string): boolean {
  const timetable = timetableOf(text);
  return timetable !== undefined && latestTime(timetable, 0n) !== undefined;
}

function notASchedule(text: string): string {
  return (
    `${quoted(text)} is not a schedule Asof can use; expected 'minute hour day-of-month month day-of-week', ` +
    "numbers or names such as MON with * - / and commas, days of the month or of the week but not both, such as '0 0 * * *' for every midnight, " +
    'or @hourly, @daily, @weekly, @monthly, @yearly'
  );
}

/** Temporal takes the names of the time zone database alone, as they are written there. */
function zoneProblem(timezone: string): string | undefined {
  const name = zoneName(timezone);
  if (name === timezone) return undefined;
  const advice = name === undefined ? 'expected a name such as Europe/Paris' : `write '${name}'`;
  return `${quoted(timezone)} is not a time zone of a schedule; ${advice}`;
}
