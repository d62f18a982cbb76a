import { z } from 'zod';
import { parseDuration } from '../../domain/time/duration.ts';

/** A duration as text: `5 minutes`, `1 hour`, `30 days`. */
export const durationSchema = z.string().refine((text) => parseDuration(text) !== undefined, {
  error: ({ input }) => notADuration(input),
});

/** A duration that limits something, or `none`. */
export const limitSchema = z.string().refine((text) => text === 'none' || parseDuration(text) !== undefined, {
  error: ({ input }) => `${notADuration(input)}, or 'none' for no limit`,
});

export const positiveDurationSchema = durationSchema.refine((text) => (parseDuration(text) ?? 1n) > 0n, {
  error: 'must be longer than zero',
});

function notADuration(input: unknown): string {
  return `'${String(input)}' is not a duration; write a whole number and a unit from milliseconds to days, such as '15 minutes'`;
}
