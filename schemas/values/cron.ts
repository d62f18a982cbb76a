import { z } from 'zod';
import { quoted } from '../../domain/errors/quoted.ts';
import { latestCronTime, parseCron } from '../../domain/time/cron.ts';

/** A cron expression of five fields, in UTC, with at least one matching time. */
export const cronSchema = z.string().refine(hasTimes, {
  error: ({ input }) =>
    `${quoted(input)} is not a schedule Asof can use; expected 'minute hour day-of-month month day-of-week' in UTC, ` +
    "numbers with * - / and commas, days of the month or of the week but not both, such as '0 0 * * *' for every midnight",
});

function hasTimes(text: string): boolean {
  const cron = parseCron(text);
  return cron !== undefined && latestCronTime(cron, 0n) !== undefined;
}
