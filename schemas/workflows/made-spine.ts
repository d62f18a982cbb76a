import { z } from 'zod';
import { quoted } from '../../domain/errors/quoted.ts';
import { parseIsoTime } from '../../domain/time/iso-time.ts';
import type { MadeSpine } from '../../domain/training/made-spine.ts';
import { positiveDurationSchema } from '../values/duration.ts';

const momentSchema = z.string().refine((text) => parseIsoTime(text) !== undefined, {
  error: ({ input }) => `${quoted(input)} is not a time such as 2026-03-01 or 2026-03-01T00:00:00Z`,
});

/** A spine that Asof makes: all entities at a moment, or at each moment of a grid. */
export const madeSpineSchema = z
  .strictObject({
    /** The feature table, reference table or event source. */
    entitiesOf: z.string().min(1),
    at: momentSchema.optional(),
    from: momentSchema.optional(),
    to: momentSchema.optional(),
    every: positiveDurationSchema.optional(),
  })
  .transform(({ entitiesOf, at, from, to, every }, context): MadeSpine => {
    if (at !== undefined && from === undefined && to === undefined && every === undefined)
      return { entitiesOf, at };
    if (at === undefined && from !== undefined && to !== undefined && every !== undefined)
      return { entitiesOf, from, to, every };
    context.addIssue({
      code: 'custom',
      message: 'expected beside entitiesOf either at, or from, to and every',
    });
    return z.NEVER;
  });
