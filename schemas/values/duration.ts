import { z } from 'zod';
import { parseDuration } from '../../domain/time/duration.ts';

/** A duration as text: `5 minutes`, `1 hour`, `30 days`. */
export const durationSchema = z.string().refine((text) => parseDuration(text) !== undefined, {
  error: ({ input }) =>
    `'${String(input)}' is not a duration; write a whole number and a unit from milliseconds to days, such as '15 minutes'`,
});

export const positiveDurationSchema = durationSchema.refine((text) => (parseDuration(text) ?? 1n) > 0n, {
  error: 'must be longer than zero',
});
