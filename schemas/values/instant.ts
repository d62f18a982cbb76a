import { z } from 'zod';
import { quoted } from '../../domain/errors/quoted.ts';
import { parseInstant } from '../../domain/time/instant.ts';

/** A moment as RFC 3339 text. A text without an offset is in UTC. */
export const instantSchema = z.string().refine((text) => parseInstant(text) !== undefined, {
  error: ({ input }) => `${quoted(input)} is not an RFC 3339 time such as 2026-03-01T00:00:00Z`,
});
