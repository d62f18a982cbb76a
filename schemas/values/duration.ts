import { z } from 'zod';
import { quoted } from '../../domain/errors/quoted.ts';
import { type Duration, parseDuration, parseOffset } from '../../domain/time/duration.ts';

/** A century. With longer ones, the windows of events could end after the last moment that JavaScript has. */
const LONGEST: Duration = parseDuration('36525 days')!;

/** A duration as text: `5 minutes`, `1 hour`, `30 days`. */
export const durationSchema = z
  .string()
  .refine((text) => parseDuration(text) !== undefined, {
    error: ({ input }) => notADuration(input),
  })
  .refine((text) => (parseDuration(text) ?? 0n) <= LONGEST, {
    error: ({ input }) => `${quoted(input)} is too long; a duration is at most 36525 days, a century`,
  });

/** A duration that limits something, or `none`. */
export const limitSchema = z.string().refine((text) => text === 'none' || parseDuration(text) !== undefined, {
  error: ({ input }) => `${notADuration(input)}, or 'none' for no limit`,
});

export const positiveDurationSchema = durationSchema.refine((text) => (parseDuration(text) ?? 1n) > 0n, {
  error: 'must be longer than zero',
});

/** A duration that may be negative. */
export const offsetSchema = z.string().refine((text) => parseOffset(text) !== undefined, {
  error: ({ input }) => `${notADuration(input)}, with a - before it for an offset to the past`,
});

function notADuration(input: unknown): string {
  return `${quoted(input)} is not a duration; write a whole number and a unit from milliseconds to days, such as '15 minutes'`;
}
