import { z } from 'zod';
import { latestCronTime, parseCron } from '../../domain/time/cron.ts';

/** A cron expression of five fields, in UTC, that names times which do come. */
export const cronSchema = z.string().refine(comes, {
  error: ({ input }) =>
    `'${String(input)}' is not a schedule Asof can use; expected 'minute hour day-of-month month day-of-week' in UTC, ` +
    "numbers with * - / and commas, days of the month or of the week but not both, such as '0 0 * * *' for every midnight",
});

function comes(text: string): boolean {
  const cron = parseCron(text);
  return cron !== undefined && latestCronTime(cron, 0n) !== undefined;
}
